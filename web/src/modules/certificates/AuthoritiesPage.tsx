import './certificates.css';
import { Page } from '../../kit/Page';
import { Authorities } from './Authorities';

export default function AuthoritiesPage() {
  return (
    <Page>
      <Authorities />
    </Page>
  );
}
