import nacl from 'tweetnacl';

/** The JavaScript fallback, in a file of its own: it is loaded by an engine that needs it only. */
export { nacl };
