import { version } from '../../package.json';

/** `major.minor.patch` of this app: what the authorities' floors are held against. */
export const APP_VERSION: string = version;
