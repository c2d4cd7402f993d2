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

/** Newer versions of Node end their messages with an option of `node`, which users of the scripts do not start themselves. */
const ADVICE_OF_NODE = "; if the root CA is installed locally, try running Node.js with --use-system-ca";

/** A message about an error, with the variable to set if it is that a certificate's authority is not trusted. */
export function withTrustAdvice(message: string, error: unknown, variable = "NODE_EXTRA_CA_CERTS"): string {
  if (!UNTRUSTED.test(codeOf(error))) return message;
  return `${message.replace(ADVICE_OF_NODE, "")}; set ${variable} to the PEM file of the authority to trust`;
}
