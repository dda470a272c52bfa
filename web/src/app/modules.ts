import type { ModuleView } from '../kit/module';
import { audit } from '../modules/audit/module';
import { calendar } from '../modules/calendar/module';
import { cases } from '../modules/cases/module';
import { certificates } from '../modules/certificates/module';
import { design } from '../modules/design/module';
import { desk } from '../modules/desk/module';
import { directory } from '../modules/directory/module';
import { identity } from '../modules/identity/module';
import { messages } from '../modules/messages/module';
import { sso } from '../modules/sso/module';
import { tasks } from '../modules/tasks/module';
import { wall } from '../modules/wall/module';

/** What the modules of the server add to the web. */
export const modules: readonly ModuleView[] = [
  identity,
  certificates,
  sso,
  cases,
  tasks,
  desk,
  calendar,
  directory,
  messages,
  wall,
  audit,
  design,
];
