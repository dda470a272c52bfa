import { useLocation } from 'react-router';
import type { PageProps } from '../../kit/module';
import { CaseList } from './CaseList';
import CasePage from './CasePage';

/** /cases: the cases in one's jurisdiction; /cases/{id}: one of them. */
export default function CasesPage({ session }: PageProps) {
  const { pathname } = useLocation();
  const id = pathname.split('/')[2];
  return id ? <CasePage id={Number(id)} /> : <CaseList session={session} />;
}
