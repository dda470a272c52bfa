import classes from './Cases.module.css';
import { useCaseNames } from './names';

/** How urgent a case is: a dot in its colour, and the word. */
export function Urgency({ code }: { code: string }) {
  const names = useCaseNames();
  return (
    <span className={classes['urgency']}>
      <span className={classes['dot']} style={{ background: `var(--severity${code})` }} aria-hidden />
      {names.severity(code)}
    </span>
  );
}
