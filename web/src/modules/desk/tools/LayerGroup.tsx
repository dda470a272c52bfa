import { ArrowDownOutlined, ArrowUpOutlined, SlidersOutlined } from '@ant-design/icons';
import { Segmented, Slider, Switch } from 'antd';
import { type DragEvent, type KeyboardEvent, useState } from 'react';
import { useNavigate } from 'react-router';
import type { LayerInfo } from '../../../api/client';
import { layerOf, pageAt } from '../../../api/declared';
import { useI18n } from '../../../i18n';
import { useModules } from '../../../kit/module';
import { Part } from '../../../kit/part/Boundary';
import { layerColour } from '../../../map/colours';
import { type GroupName, groupMoved, groupOf, moved, partOf, WHOLE } from '../../../map/stack';
import { type TextKey, words } from '../words';
import type { LayerStack } from './useLayerStack';

const TITLES: Record<GroupName, TextKey> = {
  affairs: 'groupAffairs',
  society: 'groupSociety',
  divisions: 'groupDivisions',
  ground: 'groupGround',
};
const KIND = 'application/x-gridhall-layer';
/** Which layer is dragged: its name can't be read before it is dropped. */
let dragged: string | null = null;

interface Props {
  group: GroupName;
  infos: LayerInfo[];
  /** The group's layers from the topmost down, also those that the search leaves out. */
  all: readonly string[];
  first: boolean;
  last: boolean;
  stacked: LayerStack;
  seen: () => string | null;
}

/** A group of layers: shown, ordered and dimmed one by one, or moved as a whole. */
export function LayerGroup({ group, infos, all, first, last, stacked, seen }: Props) {
  const { t } = useI18n(words);
  const { stack, setStack } = stacked;
  const title = t(TITLES[group]);
  const shift = (step: -1 | 1) => setStack(groupMoved(stack, group, step));
  return (
    <section className="layer-group" aria-labelledby={`group-${group}`} data-testid={`layer-group-${group}`}>
      <header>
        <h3 id={`group-${group}`}>{title}</h3>
        <Move
          label={`${t('layerUp')} ${title}`}
          up
          disabled={first}
          onClick={() => shift(-1)}
          testId={`group-up-${group}`}
        />
        <Move
          label={`${t('layerDown')} ${title}`}
          disabled={last}
          onClick={() => shift(1)}
          testId={`group-down-${group}`}
        />
      </header>
      <ul>
        {infos.map((info) => (
          <LayerRow key={info.name} info={info} all={all} stacked={stacked} seen={seen} />
        ))}
      </ul>
    </section>
  );
}

function Move({
  label,
  up = false,
  disabled,
  onClick,
  testId,
}: {
  label: string;
  up?: boolean;
  disabled: boolean;
  onClick: () => void;
  testId: string;
}) {
  return (
    // Not disabled but said to be so: a button that is reached by its own pressing keeps the focus.
    <button
      type="button"
      className="icon-button"
      aria-label={label}
      title={label}
      aria-disabled={disabled}
      onClick={() => disabled || onClick()}
      data-testid={testId}
    >
      {up ? <ArrowUpOutlined /> : <ArrowDownOutlined />}
    </button>
  );
}

function LayerRow({
  info,
  all,
  stacked,
  seen,
}: {
  info: LayerInfo;
  all: readonly string[];
  stacked: LayerStack;
  seen: () => string | null;
}) {
  const { t, language, number, title: say } = useI18n(words);
  const parts = layerOf(info.name)?.parts ?? [];
  const [open, setOpen] = useState(false);
  const [over, setOver] = useState(false);
  const { hidden, stack, setStack, show } = stacked;
  const { name } = info;
  const title = language === 'en' ? info.title.en : info.title.zh;
  const modules = useModules();
  const Signs = modules.map((module) => module.layers?.[name]?.Signs).find((known) => known !== undefined);
  const listOf = modules.map((module) => module.layers?.[name]?.listOf).find((known) => known !== undefined);
  const hasList = listOf !== undefined && pageAt(listOf('', null).split('?')[0] ?? '') !== undefined;
  const go = useNavigate();
  const at = all.indexOf(name);
  const share = stack.opacity[name] ?? 100;
  const shift = (step: -1 | 1) => {
    const to = all[at + step];
    if (to) setStack(moved(stack, name, to));
  };
  const keys = (event: KeyboardEvent) => {
    const step = event.key === 'ArrowUp' ? -1 : event.key === 'ArrowDown' ? 1 : 0;
    if (!event.altKey || step === 0) return;
    event.preventDefault();
    shift(step);
  };
  const fits = () => dragged !== null && dragged !== name && groupOf(dragged) === groupOf(name);
  const drag = {
    draggable: true,
    onDragStart: (event: DragEvent) => {
      dragged = name;
      event.dataTransfer.effectAllowed = 'move';
      event.dataTransfer.setData(KIND, name);
    },
    onDragOver: (event: DragEvent) => {
      if (!fits()) return;
      event.preventDefault();
      setOver(true);
    },
    onDragLeave: () => setOver(false),
    onDragEnd: () => {
      dragged = null;
      setOver(false);
    },
    onDrop: (event: DragEvent) => {
      event.preventDefault();
      setOver(false);
      if (fits() && dragged) setStack(moved(stack, dragged, name));
      dragged = null;
    },
  };
  return (
    <li className="layer" data-over={over} data-testid={`layer-${name}`} onKeyDown={keys}>
      <div className="layer-line" {...drag}>
        <i
          className={`swatch ${info.geometry.toLowerCase()}`}
          style={{ '--swatch': layerColour(name), opacity: Math.max(0.25, share / 100) }}
          aria-hidden
        />
        <span>{title}</span>
        <small>{number(info.count)}</small>
        <button
          type="button"
          className="icon-button"
          aria-expanded={open}
          aria-label={`${t('layerMore')} ${title}`}
          title={t('layerMore')}
          data-changed={share !== 100}
          onClick={() => setOpen(!open)}
          data-testid={`layer-more-${name}`}
        >
          <SlidersOutlined />
        </button>
        <Switch
          size="small"
          checked={!hidden.has(name)}
          onChange={(on) => show([name], on)}
          aria-label={`${t('layerOn')} ${title}`}
          data-testid={`layer-toggle-${name}`}
        />
      </div>
      {parts.length > 0 && !hidden.has(name) && (
        <Segmented<string>
          size="small"
          block
          value={partOf(stack, name) ?? WHOLE}
          options={[
            ...parts.map((part) => ({ value: part.name, label: say(part.title) })),
            { value: WHOLE, label: t('layerWhole') },
          ]}
          onChange={(part) => setStack({ ...stack, parts: { ...stack.parts, [name]: part } })}
          aria-label={`${t('layerPart')} ${title}`}
          data-testid={`layer-part-${name}`}
        />
      )}
      {hasList && !hidden.has(name) && (
        <button
          type="button"
          className="text-button layer-list"
          onClick={() => {
            const box = seen();
            if (box !== null) void go(listOf(box, partOf(stack, name)));
          }}
          data-testid={`layer-list-${name}`}
        >
          {t('layerList')}
        </button>
      )}
      {Signs && !hidden.has(name) && [null, WHOLE].includes(partOf(stack, name)) && (
        <Part>
          <Signs
            render={(signs) => (
              <ul className="layer-signs" aria-label={`${t('legend')} ${title}`}>
                {signs.map(({ colour, text }) => (
                  <li key={text}>
                    <i className={info.geometry.toLowerCase()} style={{ background: colour }} aria-hidden />
                    {text}
                  </li>
                ))}
              </ul>
            )}
          />
        </Part>
      )}
      {open && (
        <div className="layer-more">
          <Slider
            min={0}
            max={100}
            step={5}
            value={share}
            onChange={(value) => setStack({ ...stack, opacity: { ...stack.opacity, [name]: value } })}
            ariaLabelForHandle={`${t('layerOpacity')} ${title}`}
            tooltip={{ formatter: null }}
            data-testid={`layer-opacity-${name}`}
          />
          <output>{share}%</output>
          <Move
            label={`${t('layerUp')} ${title}`}
            up
            disabled={at <= 0}
            onClick={() => shift(-1)}
            testId={`layer-up-${name}`}
          />
          <Move
            label={`${t('layerDown')} ${title}`}
            disabled={at === all.length - 1}
            onClick={() => shift(1)}
            testId={`layer-down-${name}`}
          />
        </div>
      )}
    </li>
  );
}
