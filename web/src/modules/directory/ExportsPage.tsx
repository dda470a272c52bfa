import './people.css';
import type { PageProps } from '../../kit/module';
import { Page } from '../../kit/Page';
import { PlainExports } from './PlainExports';

/** Exports of people with plain values: asked for, agreed to, taken once. */
export default function ExportsPage({ session }: PageProps) {
  return (
    <Page>
      <PlainExports session={session} />
    </Page>
  );
}
