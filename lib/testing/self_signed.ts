import { execFileSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { digdagJava } from "../digdag/java.ts";

const PASSPHRASE = "for this test";

/** A key and the certificate for 127.0.0.1 that it signed. */
export interface SelfSigned {
  /** Both, for the options of an HTTPS server. */
  server: { pfx: Buffer; passphrase: string };
  /** PEM file of the certificate. */
  ca: string;
}

/** Makes a key and its certificate in a directory, by the JDK's keytool. */
export function selfSigned(directory: string): SelfSigned {
  const store = join(directory, "key.p12");
  const ca = join(directory, "ca.pem");
  const common = ["-alias", "test", "-keystore", store, "-storetype", "PKCS12", "-storepass", PASSPHRASE];
  const keytool = (...args: string[]) =>
    execFileSync(join(dirname(digdagJava(process.env)), "keytool"), [...args, ...common], {
      stdio: "ignore",
    });
  keytool("-genkeypair", "-keyalg", "EC", "-dname", "CN=test", "-ext", "san=ip:127.0.0.1", "-validity", "2");
  keytool("-exportcert", "-rfc", "-file", ca);
  return { server: { pfx: readFileSync(store), passphrase: PASSPHRASE }, ca };
}
