import { Tabs, Tag } from 'antd';
import type { ReactNode } from 'react';
import { useSearchParams } from 'react-router';
import { Page } from '../Page';
import classes from './Record.module.css';

/** A fact of a record: what it is called, and what it is. Those that are empty are left out. */
export type Fact = readonly [title: string, value: ReactNode];

interface Tab {
  key: string;
  title: string;
  /** How many things it holds, where that is known. */
  count?: number;
  body: ReactNode;
}

interface Props {
  title: string;
  tags?: readonly { text: string; colour?: string }[];
  /** What can be done with it. */
  actions?: ReactNode;
  /** What is known of it, in order; or a card that says it by itself. */
  facts?: readonly Fact[];
  card?: ReactNode;
  /** Where it stands: the way through the regions, and the link to the map. */
  place?: ReactNode;
  /** What belongs to it. */
  tabs?: readonly Tab[];
}

/** A record: what is known of it at one side, what belongs to it at the other. The open tab stands in the address. */
export function RecordPage({ title, tags = [], actions, facts = [], card, place, tabs = [] }: Props) {
  const [asked, ask] = useSearchParams();
  const known = facts.filter(([, value]) => value !== null && value !== undefined && value !== '');
  return (
    <Page
      title={title}
      actions={
        <>
          {tags.map(({ text, colour }) => (
            <Tag key={text} {...(colour ? { color: colour } : {})}>
              {text}
            </Tag>
          ))}
          {actions}
        </>
      }
    >
      <div className={classes['record']} data-tabs={tabs.length > 0}>
        <section className="tile">
          {card}
          {known.length > 0 && (
            <dl className="facts">
              {known.map(([name, value]) => (
                <div key={name}>
                  <dt>{name}</dt>
                  <dd>{value}</dd>
                </div>
              ))}
            </dl>
          )}
          {place}
        </section>
        {tabs.length > 0 && (
          <section className="tile">
            <Tabs
              activeKey={tabs.find(({ key }) => key === asked.get('tab'))?.key ?? tabs[0]?.key ?? ''}
              onChange={(tab) => ask({ tab }, { replace: true })}
              items={tabs.map(({ key, title: name, count, body }) => ({
                key,
                label: count === undefined ? name : `${name} ${count}`,
                children: body,
              }))}
            />
          </section>
        )}
      </div>
    </Page>
  );
}
