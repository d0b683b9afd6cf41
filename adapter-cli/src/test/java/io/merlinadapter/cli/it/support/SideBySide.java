package io.merlinadapter.cli.it.support;

import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;

/**
 * Tests that wait for most of their time, so that some of them are run at once. All others that start the command are {@link
 * org.junit.jupiter.api.parallel.Isolated}: they keep the machine busy, or measure.
 */
@Execution(ExecutionMode.CONCURRENT)
@Timeout(600)
@Target(ElementType.TYPE)
@Retention(RetentionPolicy.RUNTIME)
public @interface SideBySide {}
