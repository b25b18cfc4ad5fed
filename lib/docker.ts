import Dockerode from "dockerode";

let client: Dockerode | undefined;

/** This process's connection to the Docker engine at DOCKER_HOST or the default socket. */
export function docker(): Dockerode {
  client ??= new Dockerode();
  return client;
}
