import { codeOf } from "./errors.ts";

const UNTRUSTED = /CERT_UNTRUSTED|SELF_SIGNED|UNABLE_TO_(VERIFY|GET_ISSUER)/;

/**
 * Whether a connection failed because the server's certificate is not trusted, not valid now, or of another host: trying again
 * does not help.
 */
export function isCertificateError(error: unknown): boolean {
  const code = codeOf(error);
  return UNTRUSTED.test(code) || code.includes("CERT");
}

/** The end of a message: the variable to set for a certificate whose authority is not trusted; otherwise empty. */
export function trustAdvice(error: unknown, variable = "NODE_EXTRA_CA_CERTS"): string {
  if (!UNTRUSTED.test(codeOf(error))) return "";
  return `; set ${variable} to the PEM file of the authority to trust`;
}
