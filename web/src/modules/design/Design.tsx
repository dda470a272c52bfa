import './design.css';
import { ConfigProvider } from 'antd';
import { type ReactNode, useEffect, useRef, useState } from 'react';
import { useI18n } from '../../i18n';
import { antTheme, applyFace, type Face, FaceContext, faces } from '../../theme';
import { Charts } from './Charts';
import { Colours, MapColours, Scales } from './Colours';
import { Components } from './Components';
import { DesignMap } from './DesignMap';
import { Elevation, Motion, Space, Type } from './Foundations';
import { Kit } from './Kit';
import { type TextKey, words } from './words';

/** Whatever is below stands in this face. */
function Faced({ face, children }: { face: Face; children: ReactNode }) {
  const element = useRef<HTMLDivElement>(null);
  const [ready, setReady] = useState(false);
  useEffect(() => {
    if (element.current) applyFace(element.current, face);
    setReady(true);
  }, [face]);
  return (
    <div ref={element} className="design-face">
      {ready && (
        <ConfigProvider theme={antTheme(face)}>
          <FaceContext value={face}>{children}</FaceContext>
        </ConfigProvider>
      )}
    </div>
  );
}

const CHAPTERS: readonly [title: TextKey, Body: () => ReactNode][] = [
  ['designMap', DesignMap],
  ['designColours', Colours],
  ['designScales', Scales],
  ['designMapColours', MapColours],
  ['designType', Type],
  ['designSpace', Space],
  ['designElevation', Elevation],
  ['designMotion', Motion],
  ['designComponents', Components],
  ['designCharts', Charts],
  ['designKit', Kit],
];

/** Every part of the theme in both faces, side by side. */
export default function Design() {
  const { t } = useI18n(words);
  return (
    <main className="design">
      <header>
        <h1>{t('designTitle')}</h1>
        <p>{t('designLead')}</p>
      </header>
      {CHAPTERS.map(([title, Body], at) => (
        <section key={title} aria-labelledby={title}>
          <h2 id={title}>
            <span>{String(at + 1).padStart(2, '0')}</span>
            {t(title)}
          </h2>
          <div className="design-faces">
            {[faces.light, faces.dark].map((face) => (
              <Faced key={face.name} face={face}>
                <p className="design-name">{t(face.name === 'light' ? 'designLight' : 'designDark')}</p>
                <Body />
              </Faced>
            ))}
          </div>
        </section>
      ))}
    </main>
  );
}
