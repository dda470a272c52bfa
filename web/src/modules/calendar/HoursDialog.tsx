import { useQueryClient } from '@tanstack/react-query';
import { Button, Checkbox, DatePicker, Form, Input } from 'antd';
import dayjs, { type Dayjs } from 'dayjs';
import { useI18n } from '../../i18n';
import { FormDialog } from '../../kit/form/FormDialog';
import classes from './Calendar.module.css';
import { clockOf, minutesOf } from './days';
import { type CalendarHours, saveHours } from './queries';
import { words } from './words';

interface Values {
  valid_from: Dayjs;
  weekdays: number[];
  periods: { start: string; end: string }[];
}

const MOST_PERIODS = 6;
const WEEKDAYS = [1, 2, 3, 4, 5, 6, 7] as const;

/** Asks for the hours that are worked from a day on. */
export function HoursDialog({
  of,
  usual,
  onClose,
}: {
  /** Those that are changed; nothing where they are new. */
  of: CalendarHours | null;
  /** What new ones begin with. */
  usual: CalendarHours | undefined;
  onClose: () => void;
}) {
  const { t } = useI18n(words);
  const queries = useQueryClient();
  const first = of ?? usual;
  const clock = [
    { required: true, message: t('required') },
    {
      validator: (_: unknown, value: string) =>
        minutesOf(value ?? '') === null ? Promise.reject(new Error(t('formPattern'))) : Promise.resolve(),
    },
  ];
  return (
    <FormDialog<Values>
      name="hours"
      title={t(of ? 'calendarHoursChange' : 'calendarHoursAdd')}
      initialValues={{
        valid_from: of ? dayjs(of.valid_from) : null,
        weekdays: first?.weekdays ?? [],
        periods: first?.periods.map(({ start, end }) => ({ start: clockOf(start), end: clockOf(end) })) ?? [],
      }}
      onSubmit={async ({ valid_from, weekdays, periods }) => {
        await saveHours(valid_from.format('YYYY-MM-DD'), {
          weekdays: weekdays.toSorted(),
          periods: periods.map(({ start, end }) => ({ start: minutesOf(start) ?? 0, end: minutesOf(end) ?? 0 })),
        });
        await queries.invalidateQueries({ queryKey: ['calendar'] });
        return t('savedNow');
      }}
      onClose={onClose}
    >
      <Form.Item name="valid_from" label={t('calendarValidFrom')} rules={[{ required: true, message: t('required') }]}>
        <DatePicker disabled={of !== null} format="YYYY-MM-DD" />
      </Form.Item>
      <Form.Item name="weekdays" label={t('calendarWeekdays')} rules={[{ required: true, message: t('required') }]}>
        <Checkbox.Group
          options={WEEKDAYS.map((day) => ({
            value: day,
            label: t('calendarWeekday', { day: t(`calendarWeekday_${day}`) }),
          }))}
        />
      </Form.Item>
      <Form.List name="periods">
        {(fields, { add, remove }) => (
          <div className={classes['periods']}>
            {fields.map(({ key, name }) => (
              <div key={key}>
                <span>{t('calendarPeriod', { n: name + 1 })}</span>
                <Form.Item noStyle name={[name, 'start']} rules={clock}>
                  <Input type="time" aria-label={`${t('calendarPeriod', { n: name + 1 })} ${t('periodFrom')}`} />
                </Form.Item>
                <span aria-hidden>–</span>
                <Form.Item noStyle name={[name, 'end']} rules={clock}>
                  <Input type="time" aria-label={`${t('calendarPeriod', { n: name + 1 })} ${t('periodUntil')}`} />
                </Form.Item>
                {fields.length > 1 && (
                  <Button
                    type="text"
                    aria-label={t('calendarPeriodDrop', { n: name + 1 })}
                    onClick={() => remove(name)}
                  >
                    ×
                  </Button>
                )}
              </div>
            ))}
            {fields.length < MOST_PERIODS && (
              <Button type="dashed" onClick={() => add({ start: '', end: '' })}>
                {t('calendarPeriodAdd')}
              </Button>
            )}
          </div>
        )}
      </Form.List>
    </FormDialog>
  );
}
