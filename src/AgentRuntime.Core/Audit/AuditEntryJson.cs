using System.Buffers;
using System.Globalization;
using System.Text.Json;

namespace AgentRuntime.Audit;

/// <summary>The JSON form of an audit entry: one line, always the same members in the same order, frozen by <c>schemas/audit-entry.v1.json</c>.</summary>
/// <remarks>
/// ASCII only (other characters are escaped), nulls are written, times are RFC 3339 in UTC with seven fractional digits, numbers in the
/// shortest form that reads back to the same value. <c>sequence</c> is an addition to the documented members; it is hashed like them.
/// </remarks>
public static class AuditEntryJson
{
    internal const string TimeFormat = "yyyy-MM-dd'T'HH:mm:ss.fffffff'Z'";

    /// <summary>The canonical line, without a line break. <c>audit export</c> writes these lines, so an exported file verifies offline.</summary>
    public static ReadOnlyMemory<byte> Write(AuditEntry entry) =>
        AuditChain.Append(AuditChain.Prepare(entry.Draft), entry.Sequence, entry.PreviousHash) is var chained
        && string.Equals(chained.Entry.Hash, entry.Hash, StringComparison.Ordinal)
            ? chained.Line
            : throw new ArgumentException("The entry's hash does not belong to its content.", nameof(entry));

    /// <summary>Reads a canonical line. Does not check its hash: that is <see cref="AuditVerifier"/>.</summary>
    /// <exception cref="JsonException">The line is not an audit entry. The message does not quote it.</exception>
    public static AuditEntry Read(ReadOnlyMemory<byte> line)
    {
        using var document = JsonDocument.Parse(line);
        return new AuditEntryReader(document.RootElement).Read();
    }

    internal static string FormatTime(DateTimeOffset time) => time.UtcDateTime.ToString(TimeFormat, CultureInfo.InvariantCulture);

    /// <summary>The members between <c>sequence</c> and <c>previous_hash</c>, without braces.</summary>
    internal static byte[] WriteMembers(AuditDraft draft)
    {
        if (draft.DurationMs is { } duration && !double.IsFinite(duration))
        {
            throw new ArgumentException("The duration of an audit entry is a finite number of milliseconds.", nameof(draft));
        }

        var buffer = new ArrayBufferWriter<byte>(1024);
        using (var json = new Utf8JsonWriter(buffer))
        {
            json.WriteStartObject();
            json.WriteString("id", draft.Id);
            json.WriteString("time", FormatTime(draft.Time));
            json.WriteString("phase", AuditNames.Of(draft.Phase));
            json.WriteString("decision", AuditNames.Of(draft.Decision));
            json.WriteString("principal", draft.Principal);
            json.WriteString("workflow", draft.Workflow.Value);
            json.WriteString("workflow_sha256", draft.WorkflowSha256);
            json.WriteString("run_id", draft.Run.Value);
            json.WriteString("step_id", draft.Step.Value);
            json.WriteNumber("attempt", draft.Attempt);
            json.WriteString("server", draft.Server.Value);
            json.WriteString("tool", draft.Tool.Value);
            json.WriteString("scope", draft.Scope.Value);
            json.WriteString("credential", draft.Credential.ToString());
            json.WriteString("credential_version", draft.CredentialVersion?.Value);
            json.WriteString("store", draft.Store);
            json.WriteString("store_request_id", draft.StoreRequestId);
            json.WriteString("token_accessor", draft.TokenAccessor);
            json.WriteString("trace_id", draft.TraceId);
            json.WriteString("result", draft.Result is { } result ? AuditNames.Of(result) : null);
            json.WriteString("reason", draft.Reason?.Text);
            if (draft.DurationMs is { } milliseconds)
            {
                json.WriteNumber("duration_ms", milliseconds);
            }
            else
            {
                json.WriteNull("duration_ms");
            }

            json.WriteEndObject();
        }

        return buffer.WrittenSpan[1..^1].ToArray();
    }
}
