/**
 * What an hour of an agent and a person in a terminal prints: four commands a minute, typed letter by letter, with some forty lines
 * each; a test run of three thousand lines every ten minutes; a progress bar every five. In as many pieces as in life, since each is kept
 * apart, and with a moment of quiet now and then, in which the recorder stores a state; the rest of the hour's pauses is left out.
 */
export const hourOfWork = `
import sys, time

def say(text):
    sys.stdout.write(text)
    sys.stdout.flush()
    time.sleep(0.0004)

for part in range(24):
    for command in range(10):
        say('\\x1b[32muser@sandbox\\x1b[0m:\\x1b[34m~/shop\\x1b[0m$ ')
        for letter in 'grep -rn "checkout" src | head': say(letter)
        say('\\r\\n')
        for line in range(40): say('src/features/cart/item%d.ts:%d: export const checkout = (cart) => total(cart);\\r\\n' % (line, command * 40 + line))
    if part % 4 == 3:
        for line in range(3000): say('\\x1b[32m✓\\x1b[0m src/features/checkout/cart.test.ts > case %d passed in %d ms\\r\\n' % (line, line % 97))
    if part % 2 == 1:
        for done in range(500): say('\\r\\x1b[K[%s] %d of 500 packages' % (('#' * (done // 10)).ljust(50), done))
    time.sleep(1.2)
`;
