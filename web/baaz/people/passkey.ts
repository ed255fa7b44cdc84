// Passkeys: the two steps of making one and of coming in by one. What the browser's window says in between is its own.

import { post, Refused } from '../api';
import type { Me } from '../model';
import { t } from '../texts';

export interface Passkey { passkey: string; name: string; created: string; seen: string | null }

interface Ceremony { options: unknown; ceremony: string }

// able: this browser can, at this address.
export const able = isSecureContext && typeof PublicKeyCredential !== 'undefined' && 'parseRequestOptionsFromJSON' in PublicKeyCredential;

// asked is what the browser's window gave; whoever closes it has stopped.
async function asked(ask: () => Promise<Credential | null>) {
  try {
    return ((await ask()) as PublicKeyCredential).toJSON();
  } catch (e) {
    const there = e instanceof DOMException && e.name === 'InvalidStateError';
    throw new Refused(there ? 'passkey.there' : 'passkey.stopped', t(there ? 'passkey.there' : 'passkey.stopped'), t(there ? 'passkey.there_hint' : 'passkey.stopped_hint'));
  }
}

// make makes a passkey on this device, or on one that it asks.
export async function make(name: string, password: string) {
  const c = await post<Ceremony>('/api/me/passkeys/begin', { password });
  const publicKey = PublicKeyCredential.parseCreationOptionsFromJSON(c.options as PublicKeyCredentialCreationOptionsJSON);
  const credential = await asked(() => navigator.credentials.create({ publicKey }));
  return post<Passkey>('/api/me/passkeys', { ceremony: c.ceremony, credential, name });
}

// enter proves who one is by a passkey.
export async function enter() {
  const c = await post<Ceremony>('/api/login/passkey/begin');
  const publicKey = PublicKeyCredential.parseRequestOptionsFromJSON(c.options as PublicKeyCredentialRequestOptionsJSON);
  const credential = await asked(() => navigator.credentials.get({ publicKey }));
  return post<Me>('/api/login/passkey', { ceremony: c.ceremony, credential });
}
