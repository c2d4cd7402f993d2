/** Codes of Node and OpenSSL for a certificate that is not trusted, not valid now, or of another host. */
const CERTIFICATE = /CERT|SELF_SIGNED|UNABLE_TO_(VERIFY|GET_ISSUER)/;
const UNTRUSTED = /CERT_UNTRUSTED|SELF_SIGNED|UNABLE_TO_(VERIFY|GET_ISSUER)/;

/** Whether a connection failed because of the server's certificate: trying again does not help. */
export function isCertificateError(error: unknown): boolean {
  return CERTIFICATE.test(codeOf(error));
}

/** The end of a message: the variable to set for a certificate whose authority is not trusted; otherwise empty. */
export function trustAdvice(error: unknown, variable = "NODE_EXTRA_CA_CERTS"): string {
  if (!UNTRUSTED.test(codeOf(error))) return "";
  return `; set ${variable} to the PEM file of the authority to trust`;
}

function codeOf(error: unknown): string {
  return error instanceof Error && "code" in error ? String(error.code) : "";
}
