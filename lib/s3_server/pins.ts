import type { PinnedFile } from "../download/pinned_file.ts";
import type { JavaNeed } from "../java/find_java.ts";

/** The JDK for the S3-compatible server of tests. */
export const S3MOCK_JAVA: JavaNeed = {
  program: "S3Mock",
  oldest: 17,
  tools: ["java"],
  install: {
    debian: "sudo apt install default-jdk-headless",
    macos: "brew install openjdk@17",
    windows: "winget install EclipseAdoptium.Temurin.17.JDK",
  },
};

/** Adobe's S3Mock: one self-contained jar. */
export const s3mock: PinnedFile = {
  path: "com/adobe/testing/s3mock/5.2.0/s3mock-5.2.0-exec.jar",
  bytes: 30_866_655,
  sha256: "dd7c192fef0005374dec507317ae946eaa5beeffeb4e901d8b97f7fd2ddfb741",
};
