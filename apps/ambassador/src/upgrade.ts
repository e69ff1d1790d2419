import { listMembers } from './lists.ts';

/**
 * Protocols that a connection through the ambassador is never upgraded to: HTTP itself in any version and dress, over TLS
 * too. The requests in them would pass by everything that is decided here for each request. RFC 9113, section 3.1, has
 * abolished h2c; RFC 2817 is TLS.
 */
const declined = /^(?:h[23]c?(?:-.*)?|https?|tls|ssl)$/i;

/** RFC 9110, sections 5.6.2 and 7.8. */
const protocol = /^[!#$%&'*+.^_`|~\dA-Z-]+(?:\/[!#$%&'*+.^_`|~\dA-Z-]+)?$/i;
const nameOf = (member: string): string => member.split('/', 1)[0]?.toLowerCase() as string;

/**
 * What of an Upgrade field may be passed on (RFC 9110, section 7.8): each of its members is judged, by its name, with or
 * without a version.
 * @param field of all of its lines, joined.
 * @returns '' when nothing remains: the request stays one of HTTP/1.1.
 */
export const acceptableUpgrades = (field = ''): string =>
  listMembers(field)
    .filter((member) => protocol.test(member) && !declined.test(nameOf(member)))
    .join(', ');

/** Whether a server switches to nothing but what it was offered, as it must. @param offered as it was passed on. */
export function isOffered(chosen = '', offered = ''): boolean {
  const names = new Set(listMembers(offered).map(nameOf));
  const members = listMembers(chosen);
  return members.length > 0 && members.every((member) => names.has(nameOf(member)));
}
