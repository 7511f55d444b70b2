const ADJECTIVES =
  'amber ancient azure bold brave bright brisk calm clear clever coral crisp daring deep eager early fair fine fleet fresh gentle glad golden grand green happy hidden honest humble jolly keen kind light little lively lucky mellow merry mild misty modest neat noble patient plain polite proud quick quiet rapid rare royal sandy serene sharp silent silver simple smooth soft solid spry steady still subtle sunny swift tidy tranquil true vivid warm wild wise young'.split(
    ' ',
  );
const NOUNS =
  'acorn anchor arch badger bay beacon birch brook canyon cedar cliff cloud comet coral cove crane creek dawn delta dune eagle elm ember falcon fern field finch fjord flint forest fox garden glade grove harbor hare heron hill island jay lagoon lake lark leaf lynx maple marsh meadow mesa moon moss otter owl peak pearl pebble pine pond quail rain reef ridge river robin sage sail shore sky sparrow spring star stone stream summit swan thistle tide trail valley wave willow wind wren'.split(
    ' ',
  );

/** A name a person can say, for a sandbox that was given none. `pick(n)` returns a number below n. */
export function generateName(pick: (below: number) => number): string {
  return `${ADJECTIVES[pick(ADJECTIVES.length)]}-${NOUNS[pick(NOUNS.length)]}`;
}
