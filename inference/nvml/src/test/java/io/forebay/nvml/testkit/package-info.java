// SPDX-License-Identifier: Apache-2.0
/** A management library for tests on machines without a GPU. */
package io.forebay.nvml.testkit;
