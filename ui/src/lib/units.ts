// Numbers and times as people read them, in a locale.

const units = ["B", "KiB", "MiB", "GiB", "TiB", "PiB"];

/** "23.4 MiB": three significant digits, binary units. */
export function bytes(size: number | null, locale: string): string {
  if (size === null) return "–";
  const exponent = size < 1 ? 0 : Math.floor(Math.log2(size) / 10);
  let unit = Math.min(exponent, units.length - 1);
  let value = size / 1024 ** unit;
  // 1023.7 KiB would be rounded to 1024.
  if (value >= 1023.5 && unit < units.length - 1) value = size / 1024 ** ++unit;
  const digits = unit === 0 || value >= 99.95 ? 0 : value >= 9.995 ? 1 : 2;
  const format = new Intl.NumberFormat(locale, {
    minimumFractionDigits: digits,
    maximumFractionDigits: digits,
    useGrouping: false,
  });
  return `${format.format(value)} ${units[unit]}`;
}

/** "24,536,121 B", for those who want it exact. */
export function exactBytes(size: number | null, locale: string): string {
  if (size === null) return "";
  return `${new Intl.NumberFormat(locale).format(size)} B`;
}

/** "4 s", "2:05 min", "1:02:07 h": whole seconds. */
export function duration(seconds: number): string {
  const whole = Math.max(0, Math.ceil(seconds));
  const two = (x: number) => String(x).padStart(2, "0");
  const [hours, minutes] = [Math.floor(whole / 3600), Math.floor(whole / 60) % 60];
  if (hours > 0) return `${hours}:${two(minutes)}:${two(whole % 60)} h`;
  if (minutes > 0) return `${minutes}:${two(whole % 60)} min`;
  return `${whole} s`;
}

const steps: [Intl.RelativeTimeFormatUnit, number][] = [
  ["year", 31_536_000],
  ["month", 2_592_000],
  ["day", 86_400],
  ["hour", 3_600],
  ["minute", 60],
];

/** "3 hours ago"; clocks that disagree give no future. */
export function ago(time: string, now: number, locale: string): string {
  const seconds = Math.max(0, (now - Date.parse(time)) / 1000);
  const format = new Intl.RelativeTimeFormat(locale, { numeric: "auto" });
  for (const [unit, length] of steps)
    if (seconds >= length)
      return format.format(-Math.floor(seconds / length), unit);
  return format.format(0, "second");
}

/** "22 Nov 2026, 14:32". */
export function moment(time: string, locale: string): string {
  return new Intl.DateTimeFormat(locale, {
    dateStyle: "medium",
    timeStyle: "short",
  }).format(new Date(time));
}
