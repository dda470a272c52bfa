import { useLocation } from 'react-router';
import type { PageProps } from '../../kit/module';
import { CaseList } from './CaseList';
import CasePage from './CasePage';
import ReportPage from './ReportPage';

/** /cases: the cases in one's jurisdiction; /cases/new: reports one; /cases/{id}: one of them. */
export default function CasesPage({ session }: PageProps) {
  const { pathname } = useLocation();
  const id = pathname.split('/')[2];
  if (id === 'new') return <ReportPage session={session} />;
  return id ? <CasePage id={Number(id)} /> : <CaseList session={session} />;
}
