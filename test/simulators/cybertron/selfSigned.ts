import { generateKeyPairSync, sign } from 'node:crypto';

/** Just enough ASN.1 (DER) for one certificate. */
function der(tag: number, ...contents: Buffer[]): Buffer {
	const content = Buffer.concat(contents);
	const { length } = content;
	if (length < 0x80) return Buffer.concat([Buffer.from([tag, length]), content]);
	const bytes = length < 0x100 ? [length] : [length >> 8, length & 0xff];
	return Buffer.concat([Buffer.from([tag, 0x80 | bytes.length, ...bytes]), content]);
}

const SEQUENCE = 0x30;
const SET = 0x31;
const utf8 = (text: string) => der(0x0c, Buffer.from(text));
const oid = (hex: string) => der(0x06, Buffer.from(hex, 'hex'));
const integer = (value: number) => der(0x02, Buffer.from([value]));
const utcTime = (text: string) => der(0x17, Buffer.from(text));

const COMMON_NAME = oid('550403');
const SUBJECT_ALT_NAME = oid('551d11');
const ECDSA_WITH_SHA256 = der(SEQUENCE, oid('2a8648ce3d040302'));

function subjectAltName(): Buffer {
	const dns = der(0x82, Buffer.from('localhost'));
	const ip = der(0x87, Buffer.from([127, 0, 0, 1]));
	const extension = der(SEQUENCE, SUBJECT_ALT_NAME, der(0x04, der(SEQUENCE, dns, ip)));
	return der(0xa3, der(SEQUENCE, extension));
}

function pem(label: string, bytes: Buffer): string {
	const lines = bytes.toString('base64').match(/.{1,64}/g) ?? [];
	return `-----BEGIN ${label}-----\n${lines.join('\n')}\n-----END ${label}-----\n`;
}

/**
 * Makes a key and a certificate for localhost and 127.0.0.1 that nobody trusts, valid from 2020 to
 * 2049, without any tool: for tests of private installs with bad certificates.
 */
export function createSelfSigned(): { key: string; cert: string } {
	const { publicKey, privateKey } = generateKeyPairSync('ec', { namedCurve: 'prime256v1' });
	const name = der(SEQUENCE, der(SET, der(SEQUENCE, COMMON_NAME, utf8('simulator (tests only)'))));
	const tbsCertificate = der(
		SEQUENCE,
		der(0xa0, integer(2)),
		integer(1),
		ECDSA_WITH_SHA256,
		name,
		der(SEQUENCE, utcTime('200101000000Z'), utcTime('491231235959Z')),
		name,
		publicKey.export({ type: 'spki', format: 'der' }),
		subjectAltName(),
	);
	const signature = sign('sha256', tbsCertificate, privateKey);
	const bits = der(0x03, Buffer.from([0]), signature);
	return {
		key: privateKey.export({ type: 'pkcs8', format: 'pem' }).toString(),
		cert: pem('CERTIFICATE', der(SEQUENCE, tbsCertificate, ECDSA_WITH_SHA256, bits)),
	};
}
