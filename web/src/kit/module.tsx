import { type ComponentType, createContext, type ReactNode, useContext } from 'react';
import type { Found, Schemas, Session } from '../api/client';
import type { Title } from '../api/declared';
import type { Face } from '../theme';

/** A page's component is given who reads it. */
export interface PageProps {
  session: Session;
}

/** How a page that the server's module declares is drawn. Who may open it, what it is called and where it stands in the navigation come from there. */
export interface PageView {
  path: string;
  Body: ComponentType<PageProps>;
  /** The face that it is drawn in; the light one when not given. */
  face?: Face;
  /** Whether it has the whole window, without the shell: always, or where its address says so. */
  isBare?: (search: string) => boolean;
  /** Whether it takes all the room of the window below the top bar, as a map does. */
  isMap?: true;
  /** Nobody sits before it: what fails is loaded again by itself. */
  unattended?: true;
}

/** A card of the home page. */
export interface HomeCard {
  key: string;
  /** The least first; a reader sees as many as there is room for. */
  place: number;
  isFor: (session: Session) => boolean;
  Body: ComponentType<PageProps>;
}

/** A sign beside a layer in the legend: a colour and what it means. */
export interface LayerSign {
  colour: string;
  text: string;
}

/** What a module says of its layer's features on the map. */
export interface LayerView {
  /** In place of the usual card: readings of it may be kept. */
  Card?: ComponentType<{ id: number }>;
  /** Rows below what the feature tells by itself. */
  Rows?: ComponentType<{ properties: Record<string, unknown> }>;
  /** More signs of the legend. */
  Signs?: ComponentType<{ render: (signs: readonly LayerSign[]) => ReactNode }>;
  /** The list of what is shown within a box (`west,south,east,north`), of a part of the layer or all of it. */
  listOf?: (box: string, part: string | null) => string;
}

/** What chooses one of a module's things, as a form's field: its id, or what stands for it. */
export interface PickerProps {
  id?: string;
  value?: unknown;
  onChange?: (value: unknown) => void;
}

/** Something that can be begun from every page. */
export interface NewEntry {
  title: Title;
  address: string;
  isFor: (session: Session) => boolean;
}

/** A section of help: what one can do on a page, step by step. */
export interface HelpSection {
  /** The page that it is about; all pages of the module where it is not given. */
  path?: string;
  title: string;
  text: readonly string[];
}

/** What a module of the server adds to the web. What others show of it is declared here, so that no module imports another. */
export interface ModuleView {
  /** As the server calls it. */
  name: string;
  pages?: readonly PageView[];
  /** Pages for who isn't signed in. */
  entrances?: readonly { path: string; Body: ComponentType }[];
  /** Ways to sign in, and what stands below them. */
  signIn?: readonly { key: string; title: Title; Body: ComponentType }[];
  signInMore?: ComponentType;
  home?: readonly HomeCard[];
  layers?: Readonly<Record<string, LayerView>>;
  /** What stands in the top bar, beside the search. */
  InTopBar?: ComponentType<PageProps>;
  /** How one of its things is chosen, by the kind of thing. */
  pickers?: Readonly<Record<string, ComponentType<PickerProps>>>;
  /** What can be begun from every page. */
  newEntries?: readonly NewEntry[];
  /** Sections of one's own account, and of an account in the administrators' hands. */
  OwnAccount?: ComponentType<PageProps>;
  OfAccount?: ComponentType<{ account: Schemas['Account'] }>;
  /** The address of what the search found; nothing where another module knows it. */
  addressOf?: (
    found: Found,
    here: { pathname: string; search: string },
  ) => { address: string; isStep?: boolean } | null;
  /** The page of a thing that goes through a process; nothing where another module keeps it. */
  addressOfThing?: (process: string, id: number) => string | null;
  /** The list of what stands in a step of a process. */
  addressOfStep?: (process: string, step: string) => string | null;
  /** The address by which one comes back to a page as one left it. */
  addressLeft?: (path: string) => string | null;
  /** How its pages are used, in Chinese. */
  help?: () => Promise<{ default: readonly HelpSection[] }>;
}

const Modules = createContext<readonly ModuleView[]>([]);
export const ModulesProvider = Modules.Provider;
/** What every module adds. */
export const useModules = (): readonly ModuleView[] => useContext(Modules);
