/**
 * The environment of someone who uses the workflows on this machine, without the settings of whoever runs the tests, and with these
 * variables.
 */
export function userEnv(variables: NodeJS.ProcessEnv): NodeJS.ProcessEnv {
  return {
    ...process.env,
    HTTP_PROXY: "",
    HTTPS_PROXY: "",
    TRINO_URL: "",
    DISCOGS_COLLECTION_JSON: "",
    DISCOGS_NOTIFY_COMMAND: "",
    DIGDAG: "",
    ...variables,
  };
}
