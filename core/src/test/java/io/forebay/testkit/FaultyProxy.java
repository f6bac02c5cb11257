// SPDX-License-Identifier: Apache-2.0
package io.forebay.testkit;

import java.io.Closeable;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.IntFunction;

/** Stands before a server and does to its connections, counted from 0, what a test chooses. */
public final class FaultyProxy implements AutoCloseable {
    private static final String BUSY_BODY = "<Error><Code>SlowDown</Code><Message>busy</Message></Error>";
    private static final byte[] BUSY = ("HTTP/1.1 503 Slow Down\r\nContent-Type: application/xml\r\nContent-Length: "
                    + BUSY_BODY.length() + "\r\nConnection: close\r\n\r\n" + BUSY_BODY)
            .getBytes(StandardCharsets.ISO_8859_1);

    /** What becomes of a connection. */
    public enum Fate {
        WELL,
        /** It ends before it begins. */
        REFUSED,
        /** It is answered by a busy server, whatever it asks. */
        BUSY,
        /** It breaks within the answer. */
        BROKEN,
        /** It falls silent within the answer. */
        SILENT
    }

    private final URI server;
    private final ServerSocket door;
    private final Set<Closeable> open = ConcurrentHashMap.newKeySet();
    private final AtomicInteger connections = new AtomicInteger();
    private volatile IntFunction<Fate> fates = connection -> Fate.WELL;
    private volatile int bytesBefore = 10_000;

    public FaultyProxy(URI server) throws IOException {
        this.server = server;
        this.door = new ServerSocket(0, 100, InetAddress.getLoopbackAddress());
        start("faulty-proxy", this::accept);
    }

    public URI endpoint() {
        return URI.create("http://127.0.0.1:" + door.getLocalPort());
    }

    /** From now on connections, counted from 0, meet these fates; the open ones end. */
    public void decide(IntFunction<Fate> ways, int bytesBeforeFate) {
        connections.set(0);
        bytesBefore = bytesBeforeFate;
        fates = ways;
        endAll();
    }

    private static void start(String name, Runnable work) {
        Thread thread = new Thread(work, name);
        thread.setDaemon(true);
        thread.start();
    }

    private void accept() {
        try {
            while (true) {
                Socket client = door.accept();
                open.add(client);
                Fate fate = fates.apply(connections.getAndIncrement());
                start("faulty-proxy-connection", () -> serve(client, fate));
            }
        } catch (IOException e) {
            // closed
        }
    }

    private void serve(Socket client, Fate fate) {
        try (client) {
            if (fate == Fate.REFUSED) {
                return;
            }
            if (fate == Fate.BUSY) {
                client.getInputStream().readNBytes(1);
                client.getOutputStream().write(BUSY);
                client.shutdownOutput();
                client.getInputStream().transferTo(OutputStream.nullOutputStream());
                return;
            }
            try (Socket upstream = new Socket(server.getHost(), server.getPort())) {
                open.add(upstream);
                start("faulty-proxy-request", () -> forward(client, upstream, Fate.WELL));
                forward(upstream, client, fate);
                open.remove(upstream);
            }
        } catch (IOException e) {
            // one side went away
        } finally {
            open.remove(client);
        }
    }

    private void forward(Socket from, Socket to, Fate fate) {
        try {
            InputStream in = from.getInputStream();
            OutputStream out = to.getOutputStream();
            byte[] chunk = new byte[8 << 10];
            long passed = 0;
            for (int count = in.read(chunk); count >= 0; count = in.read(chunk)) {
                boolean now = fate != Fate.WELL && passed + count > bytesBefore;
                int allowed = now ? (int) (bytesBefore - passed) : count;
                out.write(chunk, 0, allowed);
                passed += allowed;
                if (now && fate == Fate.BROKEN) {
                    return;
                }
                if (now) {
                    in.transferTo(OutputStream.nullOutputStream());
                }
            }
            to.shutdownOutput();
        } catch (IOException e) {
            // one side went away
        }
    }

    private void endAll() {
        for (Closeable connection : open) {
            try {
                connection.close();
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }
        open.clear();
    }

    @Override
    public void close() {
        try {
            door.close();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        endAll();
    }
}
