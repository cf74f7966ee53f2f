import type { Dict } from '../types';

/** Prices are strings, as the servers send them. */
export function usageOf(prompt: number, completion: number, latency: number): Dict {
	return {
		prompt_tokens: prompt,
		prompt_unit_price: '0.001',
		prompt_price_unit: '0.001',
		prompt_price: (prompt * 0.000001).toFixed(7),
		completion_tokens: completion,
		completion_unit_price: '0.002',
		completion_price_unit: '0.001',
		completion_price: (completion * 0.000002).toFixed(7),
		total_tokens: prompt + completion,
		total_price: (prompt * 0.000001 + completion * 0.000002).toFixed(7),
		currency: 'USD',
		latency,
		time_to_first_token: Number((latency / 4).toFixed(3)),
		time_to_generate: Number(((latency * 3) / 4).toFixed(3)),
	};
}
