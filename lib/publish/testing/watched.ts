import type { S3Client } from "@aws-sdk/client-s3";
import type { Bucket } from "../bucket.ts";

/** What a bucket is asked. */
export interface Watched {
  /** Names of the commands that were sent, in order: `PutObject`. */
  commands: string[];
  /** Called before each command; what it throws takes the place of the store's answer. */
  before: (command: string, path: string) => void | Promise<void>;
}

/** Watches what is sent to a bucket from now on. */
export function watch(bucket: Bucket): Watched {
  const watched: Watched = { commands: [], before: () => undefined };
  const send = bucket.send.bind(bucket);
  bucket.send = (path, request) =>
    send(path, (client) => {
      const seen = new Proxy(client, {
        get(target, name) {
          if (name !== "send") return Reflect.get(target, name);
          return async (command: { constructor: { name: string } }) => {
            const label = command.constructor.name.replace(/Command$/, "");
            watched.commands.push(label);
            await watched.before(label, path);
            return Reflect.apply(target.send, target, [command]);
          };
        },
      });
      return request(seen as S3Client);
    });
  return watched;
}
