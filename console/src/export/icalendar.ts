// A file of ends for calendars (RFC 5545). Each end has an alarm when a sixth of the lifetime is left, as the overview has.
import type { End } from '../pages/calendar/model';

const hour = 3_600_000;
const encoder = new TextEncoder();

// Control characters have no place in a text (section 3.3.11), and an end of line in a name would begin a line of its own.
const escaped = (text: string): string =>
  text.replaceAll(/[\\;,]/g, '\\$&').replaceAll(/\r?\n/g, '\\n').replaceAll(/[\0-\x1f\x7f]/g, '');
const timeOf = (time: number): string => new Date(time).toISOString().replaceAll(/[-:]|\.\d+/g, '');

// No line has more than 75 bytes; what goes on begins with a space (section 3.1). No character is cut.
function folded(line: string): string {
  let text = '';
  let room = 75;
  for (const character of line) {
    const size = encoder.encode(character).length;
    if (size > room) {
      text += '\r\n ';
      room = 74;
    }
    text += character;
    room -= size;
  }
  return text;
}

export interface EndWords {
  title: (end: End) => string;
  description: (end: End) => string;
}

// `now` becomes DTSTAMP. The same certificate keeps its UID, so that a calendar that reads the file again moves the end of a
// renewed certificate and does not add another.
export function iCalendar(ends: readonly End[], now: number, { title, description }: EndWords): string {
  const lines = ['BEGIN:VCALENDAR', 'VERSION:2.0', 'PRODID:-//livecert//console//EN', 'CALSCALE:GREGORIAN'];
  for (const end of ends) {
    const alarm = Math.max(1, Math.floor((end.at - end.from) / 6 / hour));
    lines.push(
      'BEGIN:VEVENT', `UID:${end.chain}@livecert`, `DTSTAMP:${timeOf(now)}`, `DTSTART:${timeOf(end.at)}`, `SUMMARY:${escaped(title(end))}`,
      `DESCRIPTION:${escaped(description(end))}`, 'TRANSP:TRANSPARENT',
      'BEGIN:VALARM', 'ACTION:DISPLAY', `DESCRIPTION:${escaped(title(end))}`, `TRIGGER:-PT${alarm}H`, 'END:VALARM', 'END:VEVENT',
    );
  }
  return [...lines, 'END:VCALENDAR'].map((line) => `${folded(line)}\r\n`).join('');
}
