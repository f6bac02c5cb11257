// SPDX-License-Identifier: Apache-2.0
package io.forebay.cli;

import io.forebay.ForebayException;
import io.forebay.ForebayException.Kind;
import io.forebay.MissingColumnException;
import java.io.IOException;
import java.io.PrintStream;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.ScopeType;

/** The {@code forebay} command. Exit status: 0 done, 1 failed, 2 wrong usage, 130 interrupted. */
@Command(
        name = "forebay",
        description = "Streams columnar data sets into models, and says what limits the run.",
        mixinStandardHelpOptions = true,
        scope = ScopeType.INHERIT,
        versionProvider = Version.class,
        subcommands = {
            SchemaCommand.class,
            CatCommand.class,
            ScanCommand.class,
            ProfileCommand.class,
            ScoreCommand.class,
            DemoCommand.class,
            DoctorCommand.class,
            CertifyCommand.class,
            OrderCommand.class
        })
public final class Main implements Runnable {
    static final int FAILED = 1;
    static final int WRONG_USAGE = 2;
    private static final int INTERRUPTED = 130;

    @Option(names = "--debug", scope = ScopeType.INHERIT, description = "Print stack traces with errors.")
    private boolean debug;

    @CommandLine.Spec
    private CommandLine.Model.CommandSpec spec;

    /** Runs a command and exits with its status. */
    public static void main(String[] arguments) {
        System.exit(run(arguments));
    }

    /** Runs a command and returns its exit status. */
    static int run(String... arguments) {
        Main main = new Main();
        CommandLine commandLine = new CommandLine(main);
        commandLine.setExpandAtFiles(false);
        commandLine.setExecutionExceptionHandler((failure, command, parsed) -> main.report(failure));
        commandLine.setParameterExceptionHandler((failure, args) -> {
            System.err.println("forebay: "
                    + onOneLine(String.valueOf(failure.getMessage())).replaceFirst("^Error: ", ""));
            System.err.println(
                    "Try: " + failure.getCommandLine().getCommandSpec().qualifiedName() + " --help");
            return WRONG_USAGE;
        });
        return commandLine.execute(arguments);
    }

    @Override
    public void run() {
        throw new CommandLine.ParameterException(spec.commandLine(), "a command is expected");
    }

    private int report(Exception failure) {
        if (failure instanceof IOException && Output.isBrokenPipe(failure)) {
            return 0;
        }
        if (debug) {
            failure.printStackTrace(System.err);
        } else {
            complain(System.err, failure);
        }
        return status(failure);
    }

    /** One line of cause and place. */
    static void complain(PrintStream err, Exception failure) {
        String text = failure.toString();
        if (failure instanceof ForebayException typed) {
            text = typed.kind().label() + ": " + typed.getMessage();
        } else if (failure.getClass() == IOException.class) {
            text = Kind.IO.label() + ": " + failure.getMessage();
        }
        err.println("forebay: " + onOneLine(text));
    }

    /** Names in files may hold anything, also what would move a terminal's cursor. */
    private static String onOneLine(String text) {
        return text.replaceAll("\\p{Cntrl}+", " ");
    }

    private static int status(Exception failure) {
        if (!(failure instanceof ForebayException typed)) {
            return FAILED;
        }
        if (typed.kind() == Kind.CANCELLED) {
            return INTERRUPTED;
        }
        return typed.kind() == Kind.USAGE && !(typed instanceof MissingColumnException) ? WRONG_USAGE : FAILED;
    }
}
