package io.digdag.server;

/**
 * Stands in for the server, which is not on Maven Central: Digdag's command line links against this class, though
 * it is of use only to the commands {@code server} and {@code scheduler}.
 */
public class ServerBootstrap {
}
