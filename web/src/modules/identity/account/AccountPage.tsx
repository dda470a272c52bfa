import { Alert, App, Spin } from 'antd';
import { useI18n } from '../../../i18n';
import { PanelProblem } from '../../../kit/Problem';
import { words } from '../words';
import '../identity.css';
import { useOwn } from '../../../api/hooks';
import { type PageProps, useModules } from '../../../kit/module';
import { Page } from '../../../kit/Page';
import { Part } from '../../../kit/part/Boundary';
import { Notices } from './Notices';
import { OwnDetails } from './OwnDetails';
import { OwnPosts } from './OwnPosts';
import { PasswordChange } from './PasswordChange';
import { SecondFactor } from './SecondFactor';
import { Sessions } from './Sessions';

/** One's own account: who one is, in which post one acts, where one is signed in, and by what. */
export default function AccountPage({ session }: PageProps) {
  const { t } = useI18n(words);
  const { message } = App.useApp();
  const modules = useModules();
  const own = useOwn(session.account != null);
  return (
    <Page>
      <div className="account-page">
        {session.account == null && (
          <Alert
            type="info"
            showIcon
            title={t('accountByToken')}
            description={`${session.name} · ${session.regions.map(({ name }) => name).join('、')}`}
          />
        )}
        {own.error && <PanelProblem error={own.error} onRetry={() => void own.refetch()} />}
        {own.isLoading && (
          <div className="waiting">
            <Spin aria-label={t('loading')} />
          </div>
        )}
        {own.data && (
          <>
            <div className="column">
              <Notices notices={own.data.notices} />
              <OwnDetails account={own.data.account} />
              <OwnPosts posts={own.data.posts} acting={session.account?.holding ?? null} />
              <Sessions sessions={own.data.sessions} />
              {modules.map(
                ({ name, OwnAccount }) =>
                  OwnAccount && (
                    <Part key={name}>
                      <OwnAccount session={session} />
                    </Part>
                  ),
              )}
            </div>
            <div className="column">
              <section className="tile" aria-labelledby="password-title">
                <h2 id="password-title">{t('changePassword')}</h2>
                <PasswordChange
                  session={session}
                  button={t('changePassword')}
                  onDone={() => {
                    void message.success(t('passwordSet'));
                    void own.refetch();
                  }}
                />
              </section>
              <SecondFactor on={own.data.account.second_factor} />
            </div>
          </>
        )}
      </div>
    </Page>
  );
}
