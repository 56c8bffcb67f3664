/* Days since 1970-01-01, proleptic Gregorian, as in events/dates.py. */

export const MONTHS = ["January", "February", "March", "April", "May", "June", "July", "August", "September", "October", "November", "December"];

/** Day number → [year, month 1–12, day of month]. Source: H. Hinnant, chrono-compatible date algorithms. */
export function civil(day) {
  const z = day + 719468;
  const era = Math.floor(z / 146097);
  const doe = z - era * 146097;
  const yoe = Math.floor((doe - Math.floor(doe / 1460) + Math.floor(doe / 36524) - Math.floor(doe / 146096)) / 365);
  const doy = doe - (365 * yoe + Math.floor(yoe / 4) - Math.floor(yoe / 100));
  const mp = Math.floor((5 * doy + 2) / 153);
  const month = mp < 10 ? mp + 3 : mp - 9;
  return [yoe + era * 400 + (month <= 2 ? 1 : 0), month, doy - Math.floor((153 * mp + 2) / 5) + 1];
}

/** Year, month 1–12, day of month → day number. */
export function dayOf(year, month, date) {
  const y = month <= 2 ? year - 1 : year;
  const era = Math.floor(y / 400);
  const yoe = y - era * 400;
  const doy = Math.floor((153 * (month > 2 ? month - 3 : month + 9) + 2) / 5) + date - 1;
  return era * 146097 + yoe * 365 + Math.floor(yoe / 4) - Math.floor(yoe / 100) + doy - 719468;
}

const pad = (n, width) => String(n).padStart(width, "0");

/** ISO 8601-2 text of a day; years of more than four digits begin with Y. */
export function iso(day) {
  const [year, month, date] = civil(day);
  const digits = pad(Math.abs(year), 4);
  return `${digits.length > 4 ? "Y" : ""}${year < 0 ? "-" : ""}${digits}-${pad(month, 2)}-${pad(date, 2)}`;
}

/** “2019”, “2019-03”, “2019-03-20”, “Y12019-03-20” or “20 March 2019” → [first, last] day, or null where it is none of these. */
export function parsed(text) {
  const isoForm = /^(-?\d{4}|Y-?\d{5,7})(?:-(\d{1,2}))?(?:-(\d{1,2}))?$/.exec(text.trim());
  if (isoForm) return span(+isoForm[1].replace("Y", ""), isoForm[2], isoForm[3]);
  const spoken = /^(?:(\d{1,2})\.?\s+)?([A-Za-z]{3,9})\.?\s+(-?\d{3,4})$/.exec(text.trim());
  const month = spoken ? MONTHS.findIndex((name) => name.toLowerCase().startsWith(spoken[2].toLowerCase())) + 1 : 0;
  return month ? span(+spoken[3], month, spoken[1]) : null;
}

function span(year, month, date) {
  if (!month) return [dayOf(year, 1, 1), dayOf(year, 12, 31)];
  if (+month < 1 || +month > 12) return null;
  const first = dayOf(year, +month, 1);
  const next = +month === 12 ? dayOf(year + 1, 1, 1) : dayOf(year, +month + 1, 1);
  if (!date) return [first, next - 1];
  const day = first + +date - 1;
  return +date >= 1 && day < next ? [day, day] : null;
}

/** “20 March 2019”, “20 March 33 CE”; “44 BCE” counts as the field does, without a year 0. */
export function words(day) {
  const [year, month, date] = civil(day);
  return `${date} ${MONTHS[month - 1]} ${yearWords(year)}`;
}

function yearWords(year) {
  if (year <= 0) return `${1 - year} BCE`;
  return year >= 1000 ? String(year) : `${year} CE`;
}
