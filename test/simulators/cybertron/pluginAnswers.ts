import type { JsonObject } from './steps';

/** Plugin answers in their documented shapes (the same object over HTTP and WebSocket). */

const TABLE = '| month | orders |\n| --- | --- |\n| January | 12 |\n| February | 15 |';

/** A table, or a chart, made by a plugin. `forwarded` is what reached the plugin's own server. */
export function pluginAnswer(
	forwarded: { header: string; body: string },
	chart: boolean,
): JsonObject {
	const chartFields = {
		data: [
			{ month: 'January', orders: 12 },
			{ month: 'February', orders: 15 },
		],
		field_headers: ['month', 'orders'],
		chart_type: 'bar',
		dimension: 'month',
	};
	return {
		type: 'markdown',
		data: TABLE,
		raw_data: {
			raw: { extra_header: forwarded.header, extra_body: forwarded.body },
			markdown: TABLE,
			type: chart ? 'chart' : 'markdown',
			desc: 'Orders per month',
			...(chart ? chartFields : {}),
		},
		description: 'Orders per month',
	};
}

/** Three hits of an online search. */
export function searchHits(text: string): JsonObject[] {
	return [1, 2, 3].map((n) => ({
		title: `Result ${n} for ${text}`,
		href: `https://search.example/${n}`,
		body: `Summary ${n}`,
	}));
}

/** Addresses of n images. */
export function imageUrls(count: number): string[] {
	return Array.from({ length: count }, (_, i) => `https://images.example/${i + 1}.png`);
}

/** The answer object of an online search with images. */
export function searchAnswer(text: string): JsonObject {
	return {
		type: 'online_search|image',
		online_search: searchHits(text),
		description: `Found: ${text}`,
		image: imageUrls(2),
		online_search_info: {
			avatar: '',
			plugin_name: 'web_search',
			name: 'Web search',
			status: 'success',
		},
	};
}
