/** A lesson in what goes wrong: a person chooses a node that misbehaves, connects, and reads what became of it. */
import { expect, test } from 'vitest';
import { describeWithChromium } from '../setup/tools.js';
import { bench, reach } from './harness.js';

describeWithChromium('nodes that misbehave, for lessons', (chromium) => {
  const set = bench(chromium);
  const ending = () => set.opened.page.getByRole('region', { name: 'Why it ended' }).first().innerText();

  test('choosing one fills the form and connects nothing; Enter does, and the text says what happened', async () => {
    const page = await set.open();
    await page.getByText('Nodes that misbehave').click();
    const choice = page.getByRole('button', { name: /altered-garbage\.demo/ });
    await choice.click();
    expect(await choice.getAttribute('aria-pressed')).toBe('true');
    const field = page.getByLabel('Node address', { exact: true });
    expect(await field.inputValue()).toBe('altered-garbage.demo');
    expect(await page.getByLabel('Network', { exact: true }).inputValue()).toBe('regtest');
    await reach(page, 'idle');

    await page.keyboard.press('Enter');
    await reach(page, 'failed');
    expect(await ending()).toMatch(/A packet did not authenticate[^]*the garbage before it[^]*alters bytes/);
  });

  test('a link may name one; and a name that the bridge does not know is refused with where they are listed', async () => {
    const page = await set.open('#/connect?node=nonsense.demo&network=main');
    const field = page.getByLabel('Node address', { exact: true });
    await expect.poll(() => field.inputValue()).toBe('nonsense.demo');
    await field.press('Enter');
    await reach(page, 'failed');
    expect(await ending()).toMatch(/The bridge refused[^]*“Nodes that misbehave”/);
  });
});
