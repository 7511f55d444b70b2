/** Sets that come with Sandglass. They are ordinary rules: read them, copy one, change the copy. */
import { RuleId, type RuleSetName } from '@sandglass/protocol';
import type { RuleRef } from './port.ts';

export interface BuiltInSet {
  readonly name: RuleSetName;
  readonly title: string;
  readonly description: string;
  readonly rules: readonly RuleRef[];
}

const rule = (id: string, name: string, text: string): RuleRef => ({ id: RuleId.parse(`rul_${id}`), name, text });

const onScreen = 'before browser.* or computer.* or cdp.*';
const payingHosts = '/(^|\\.)(stripe|paypal|adyen|braintreegateway|squareup|checkout|klarna|wise|coinbase)\\.com$/i';
const sendingHosts =
  '/(^|\\.)(sendgrid\\.com|mailgun\\.net|postmarkapp\\.com|twilio\\.com|api\\.slack\\.com|hooks\\.slack\\.com|api\\.telegram\\.org)$/i';

export const builtInSets: readonly BuiltInSet[] = [
  {
    name: 'payments-and-sends',
    title: 'Payments and sends',
    description: 'Asks before something is paid, bought, or sent to somebody.',
    rules: [
      rule(
        'payingpage',
        'On a page that takes money',
        `${onScreen} where url matching /checkout|payment|billing|purchase|\\/pay(\\/|$|\\?)/i or title matching /\\b(checkout|payment|pay now|place order)\\b/i → ask`,
      ),
      rule('payingcall', 'To a payment service', `before call where host matching ${payingHosts} → ask`),
      rule('sendingcall', 'To a service that sends messages', `before call where host matching ${sendingHosts} → ask`),
      rule(
        'sendingmail',
        'Mail from the shell',
        'before exec matching /\\b(sendmail|mailx?|mutt|msmtp|swaks)\\b[^\\n]*@/ → ask',
      ),
      rule(
        'payingrequest',
        'A request went to one of them',
        `on request where verdict is allowed and (host matching ${payingHosts} or host matching ${sendingHosts}) → hold`,
      ),
    ],
  },
  {
    name: 'destructive-shell',
    title: 'Destructive shell',
    description: 'Holds commands that remove, overwrite or rewrite a lot at once.',
    rules: [
      rule(
        'removeall',
        'Remove recursively',
        'before exec matching /\\brm\\s+(-\\S+\\s+)*(-[a-zA-Z]*[rR]|--recursive\\b)/ → hold',
      ),
      rule(
        'writedisk',
        'Overwrite a disk',
        'before exec matching /\\b(mkfs(\\.\\w+)?|wipefs|shred)\\b|\\bdd\\b[^\\n]*\\bof=\\/dev\\// → hold',
      ),
      rule(
        'rewritegit',
        'Lose work in git',
        'before exec matching /\\bgit\\s+(push\\s[^\\n]*(--force|-f)\\b|reset\\s+--hard|clean\\s+-\\w*f|checkout\\s+(--\\s+)?\\.(\\s|$))/ → hold',
      ),
      rule(
        'droptable',
        'Drop or empty a table',
        'before exec matching /\\b(drop|truncate)\\s+(table|database|schema)\\b|\\bdelete\\s+from\\s+[\\w.]+\\s*(;|"|\'|$)/i → hold',
      ),
      rule(
        'pipetoshell',
        'Run what was downloaded',
        'before exec matching /\\b(curl|wget)\\b[^\\n;&]*\\|\\s*(sudo\\s+)?(ba|z|da)?sh\\b/ → hold',
      ),
      rule(
        'openrights',
        'Open everything to everybody',
        'before exec matching /\\bchmod\\s+(-\\S+\\s+)*-\\w*R\\w*\\s+(0?777|a\\+rwx)|\\bchown\\s+-\\w*R[^\\n]*\\s\\/(\\s|$)/ → hold',
      ),
      rule('removefolder', 'Remove a folder whole', 'before remove where argument.recursive is "true" → hold'),
    ],
  },
  {
    name: 'leaves-the-allowed-hosts',
    title: 'Leaves the allowed hosts',
    description: 'Holds the agent when something in the sandbox asked for a host that its egress rules refuse.',
    rules: [
      rule('refusedhost', 'A host was refused', 'on request where verdict is denied → hold, log "{host} was refused"'),
    ],
  },
];

export const builtInSetOf = (name: RuleSetName): BuiltInSet =>
  builtInSets.find((set) => set.name === name) as BuiltInSet;
