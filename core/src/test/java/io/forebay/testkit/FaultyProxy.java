// SPDX-License-Identifier: Apache-2.0
package io.forebay.testkit;

import java.io.BufferedInputStream;
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
import java.time.Duration;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.locks.LockSupport;
import java.util.function.IntFunction;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Stands before a server and does to its connections, counted from 0, what a test chooses. */
public final class FaultyProxy implements AutoCloseable {
    private static final byte[] BUSY = error("503 Slow Down", "SlowDown");
    private static final byte[] EXPIRED = error("403 Forbidden", "ExpiredToken");
    private static final Pattern LENGTH = Pattern.compile("Content-Length: (\\d+)", Pattern.CASE_INSENSITIVE);
    private static final Pattern RANGE = Pattern.compile("Content-Range: bytes (\\d+)-", Pattern.CASE_INSENSITIVE);

    /** What becomes of a connection. */
    public enum Fate {
        WELL,
        /** It ends before it begins. */
        REFUSED,
        /** It is answered by a busy server, whatever it asks. */
        BUSY,
        /** It is told that its credentials are none any more, whatever it asks. */
        EXPIRED,
        /** It breaks within the answer. */
        BROKEN,
        /** It falls silent within the answer. */
        SILENT,
        /** The first range that it gets is announced as half of what it is. */
        SHORT_LENGTH,
        /** The first range that it gets is announced as more than it is. */
        LONG_LENGTH,
        /** A bit of one byte of one file is another in every range. */
        FLIPPED
    }

    private final URI server;
    private final ServerSocket door;
    private final Set<Closeable> open = ConcurrentHashMap.newKeySet();
    private final Set<Closeable> clients = ConcurrentHashMap.newKeySet();
    private final AtomicInteger connections = new AtomicInteger();
    private volatile IntFunction<Fate> fates = connection -> Fate.WELL;
    private volatile int bytesBefore = 10_000;
    private volatile String flippedPath = "";
    private volatile long flippedOffset;
    private volatile long delayMillis;

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

    /** What {@link Fate#FLIPPED} damages. */
    public void flip(String pathEnd, long offset) {
        flippedPath = pathEnd;
        flippedOffset = offset;
    }

    /** Every request is so long on its way. */
    public void delay(Duration delay) {
        delayMillis = delay.toMillis();
    }

    /** Connections of clients that are open. */
    public int clients() {
        return clients.size();
    }

    private static byte[] error(String status, String code) {
        String body = "<Error><Code>" + code + "</Code><Message>so it is</Message></Error>";
        String head = "HTTP/1.1 " + status + "\r\nContent-Type: application/xml\r\nContent-Length: " + body.length()
                + "\r\nConnection: close\r\n\r\n";
        return (head + body).getBytes(StandardCharsets.ISO_8859_1);
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
                clients.add(client);
                Fate fate = fates.apply(connections.getAndIncrement());
                start("faulty-proxy-connection", () -> serve(client, fate));
            }
        } catch (IOException e) {
            // closed
        }
    }

    private void serve(Socket client, Fate fate) {
        try (client) {
            switch (fate) {
                case REFUSED -> {}
                case BUSY -> answer(client, BUSY);
                case EXPIRED -> answer(client, EXPIRED);
                default -> connect(client, fate);
            }
        } catch (IOException e) {
            // one side went away
        } finally {
            open.remove(client);
            clients.remove(client);
        }
    }

    private static void answer(Socket client, byte[] answer) throws IOException {
        client.getInputStream().readNBytes(1);
        client.getOutputStream().write(answer);
        client.shutdownOutput();
        client.getInputStream().transferTo(OutputStream.nullOutputStream());
    }

    private void connect(Socket client, Fate fate) throws IOException {
        try (Socket upstream = new Socket(server.getHost(), server.getPort())) {
            open.add(upstream);
            AtomicReference<String> request = new AtomicReference<>("");
            start("faulty-proxy-request", () -> forwardRequests(client, upstream, request));
            switch (fate) {
                case SHORT_LENGTH, LONG_LENGTH, FLIPPED -> forwardRanges(upstream, client, fate, request);
                default -> forward(upstream, client, fate);
            }
            open.remove(upstream);
        }
    }

    /** Notes the line that the latest request began with. */
    private void forwardRequests(Socket from, Socket to, AtomicReference<String> request) {
        try {
            InputStream in = from.getInputStream();
            byte[] chunk = new byte[8 << 10];
            for (int count = in.read(chunk); count >= 0; count = in.read(chunk)) {
                String text = new String(chunk, 0, count, StandardCharsets.ISO_8859_1);
                if (text.startsWith("GET ")) {
                    request.set(text.substring(0, text.indexOf(" HTTP")));
                }
                LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(delayMillis));
                to.getOutputStream().write(chunk, 0, count);
            }
            to.shutdownOutput();
        } catch (IOException e) {
            // one side went away
        }
    }

    /** Changes answers that are ranges; another answer passes as the last one. */
    private void forwardRanges(Socket from, Socket to, Fate fate, AtomicReference<String> request) throws IOException {
        InputStream in = new BufferedInputStream(from.getInputStream());
        OutputStream out = to.getOutputStream();
        for (String head = readHead(in); !head.isEmpty(); head = readHead(in)) {
            Matcher range = RANGE.matcher(head);
            Matcher length = LENGTH.matcher(head);
            if (!range.find() || !length.find()) {
                String last = head.replaceFirst("\r\n", "\r\nConnection: close\r\n");
                out.write(last.getBytes(StandardCharsets.ISO_8859_1));
                in.transferTo(out);
                return;
            }
            byte[] body = in.readNBytes(Integer.parseInt(length.group(1)));
            if (fate != Fate.FLIPPED) {
                int told = fate == Fate.SHORT_LENGTH ? body.length / 2 : body.length + 10;
                out.write(length.replaceFirst("Content-Length: " + told).getBytes(StandardCharsets.ISO_8859_1));
                out.write(body);
                return;
            }
            long at = flippedOffset - Long.parseLong(range.group(1));
            if (request.get().endsWith(flippedPath) && at >= 0 && at < body.length) {
                body[(int) at] ^= 1;
            }
            out.write(head.getBytes(StandardCharsets.ISO_8859_1));
            out.write(body);
        }
    }

    /** The head of an answer with the empty line at its end; empty at the end of the connection. */
    private static String readHead(InputStream in) throws IOException {
        StringBuilder head = new StringBuilder();
        for (int next = in.read(); next >= 0; next = in.read()) {
            head.append((char) next);
            if (next == '\n' && head.length() > 3 && head.charAt(head.length() - 3) == '\n') {
                return head.toString();
            }
        }
        return "";
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
