import { Empty } from 'antd';
import { useI18n } from '../../i18n';
import { type AttachedFile, Gallery } from '../../kit/files/Gallery';
import { fileOf } from './caseAddress';
import { sayActor } from './names';
import type { CaseRecord } from './queries';
import { words } from './words';

const ROLES = ['before', 'after', 'check', 'other'] as const;
/** Beyond that a photo was taken somewhere else than where the case stands. */
const NEAR_METRES = 50;

/** Photos and documents of a case: how it was, how it is after the work, what was found on the spot. */
export function CaseFiles({ of }: { of: CaseRecord }) {
  const { t } = useI18n(words);
  if (of.files.length === 0) return <Empty image={Empty.PRESENTED_IMAGE_SIMPLE} description={t('filesNone')} />;
  return (
    <>
      {ROLES.map((role) => {
        const files = of.files.filter((file) => file.role === role);
        return (
          files.length > 0 && (
            <section key={role}>
              <h3>{t(`files_${role}`)}</h3>
              <CaseGallery of={of} files={files} />
            </section>
          )
        );
      })}
    </>
  );
}

/** Some files of a case, each with when and where it was taken. */
export function CaseGallery({ of, files }: { of: CaseRecord; files: readonly AttachedFile[] }) {
  const { t, time } = useI18n(words);
  return (
    <Gallery
      files={files}
      addressOf={(file, isSmall) => fileOf(of.id, file.id, isSmall)}
      below={({ taken_at, added_at, by, metres }) => (
        <>
          {by && <div>{sayActor(by, t)}</div>}
          <div>{taken_at ? t('filesTaken', { time: time(taken_at) }) : time(added_at)}</div>
          {metres != null && metres > NEAR_METRES && <div>{t('filesFar', { n: String(Math.round(metres)) })}</div>}
        </>
      )}
      testId="case-files"
    />
  );
}
