// SPDX-License-Identifier: Apache-2.0
/** What engines are tested with. */
package io.forebay.inference.testkit;
