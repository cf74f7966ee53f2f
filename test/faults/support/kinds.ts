import { seededRandom } from '../../simulators/shared/prng';
import { cybertronKinds } from './cybertron-kinds';
import { difyKinds } from './dify-kinds';
import type { Kind } from './kind';

/** Everything that is executed; the shares make a thousand. */
export const kinds: Kind[] = [...difyKinds, ...cybertronKinds];

/** So many executions, each kind with its share and at least one, in an order drawn from the seed. */
export function mixture(count: number, seed: number): Kind[] {
	const whole = kinds.reduce((sum, { share }) => sum + share, 0);
	const wanted = kinds.flatMap((kind) =>
		Array.from({ length: Math.max(1, Math.round((kind.share * count) / whole)) }, () => kind),
	);
	const random = seededRandom(seed);
	return wanted
		.map((kind) => ({ kind, place: random() }))
		.sort((a, b) => a.place - b.place)
		.map(({ kind }) => kind);
}
