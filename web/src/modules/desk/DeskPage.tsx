import { useState } from 'react';
import { useLocation, useNavigationType } from 'react-router';
import type { PageProps } from '../../kit/module';
import Desk from './Desk';

/**
 * The desk of an address. One that somebody goes to is opened as it says; Back and Forward are steps that the desk takes by
 * itself, and so is a place that was searched for while the map was open.
 */
export default function DeskPage({ session }: PageProps) {
  const { key, state } = useLocation();
  const moved = useNavigationType();
  const [opened, setOpened] = useState(key);
  const said = state as { isStep?: boolean; called?: string } | null;
  const isStep = said?.isStep === true;
  if (moved !== 'POP' && key !== opened && !isStep) setOpened(key);
  return <Desk key={opened} session={session} step={isStep ? key : null} called={said?.called ?? ''} />;
}
