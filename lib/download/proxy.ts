/**
 * Returns the proxy for a URL from HTTP_PROXY, HTTPS_PROXY and NO_PROXY (lower-case names take precedence, as
 * in curl). NO_PROXY lists hosts, `host:port`, domains (`example.com` and `.example.com` include all
 * subdomains) or `*`.
 */
export function proxyFor(url: URL, env: NodeJS.ProcessEnv): string | undefined {
  const variable = (name: string) => env[name.toLowerCase()] || env[name] || undefined;
  const proxy = variable(url.protocol === "https:" ? "HTTPS_PROXY" : "HTTP_PROXY");
  if (proxy === undefined || isExcluded(url, variable("NO_PROXY") ?? "")) return undefined;
  return proxy.includes("://") ? proxy : `http://${proxy}`;
}

function isExcluded(url: URL, list: string): boolean {
  const port = url.port === "" ? { "http:": "80", "https:": "443" }[url.protocol] : url.port;
  return list
    .toLowerCase()
    .split(/[,\s]+/)
    .some((entry) => {
      const [, host = "", only] = /^(.*?)(?::(\d+))?$/.exec(entry) ?? [];
      const domain = host.replace(/^\*?\./, "");
      if (entry === "*") return true;
      if (domain === "" || (only !== undefined && only !== port)) return false;
      return url.hostname === domain || url.hostname.endsWith(`.${domain}`);
    });
}
