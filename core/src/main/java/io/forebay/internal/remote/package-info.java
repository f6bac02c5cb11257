// SPDX-License-Identifier: Apache-2.0
/** Reads of objects behind a network: attempts that may fail, and reads that go on until they succeed or time is up. */
package io.forebay.internal.remote;
