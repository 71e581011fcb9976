using System.Globalization;
using System.Text.Json;
using AgentRuntime.Cli.Output;
using AgentRuntime.Secrets;

namespace AgentRuntime.Cli.Views;

/// <summary>How credentials look: metadata only. There is nothing here that could print a value.</summary>
internal static class CredentialView
{
    /// <summary>One credential with its versions.</summary>
    public static void WriteJson(Utf8JsonWriter json, CredentialState credential)
    {
        json.WriteStartObject();
        json.WriteString("credential", credential.Name);
        json.WriteString("status", credential.Status);
        json.WriteString("type", credential.Known?.TypeName);
        json.WriteString("current_version", credential.Current?.Version.Value);
        JsonParts.Strings(json, "fields", credential.Known?.Fields ?? credential.Current?.Fields ?? []);
        JsonParts.Strings(json, "missing_fields", credential.MissingFields);
        json.WriteBoolean("shared", credential.Known?.Shared ?? false);
        JsonParts.Strings(json, "used_by", credential.Known?.UsedBy ?? []);
        JsonParts.Strings(json, "workflows", credential.Known?.Workflows ?? []);
        JsonParts.Time(json, "last_read", credential.LastRead);
        WriteVersions(json, credential.Stored?.Versions ?? []);
        json.WriteEndObject();
    }

    /// <summary>The member <c>versions</c>.</summary>
    public static void WriteVersions(Utf8JsonWriter json, IReadOnlyList<SecretVersionDescription> versions)
    {
        json.WriteStartArray("versions");
        foreach (var version in versions)
        {
            json.WriteStartObject();
            json.WriteString("version", version.Version.Value);
            json.WriteString("state", CredentialState.StateWord(version.State));
            json.WriteString("created", version.Created);
            JsonParts.Strings(json, "fields", version.Fields);
            JsonParts.Time(json, "last_read", version.LastRead);
            json.WriteEndObject();
        }

        json.WriteEndArray();
    }

    /// <summary>All credentials as a table.</summary>
    public static void WriteText(ITextOutput text, IReadOnlyList<CredentialState> credentials, DateTimeOffset now)
    {
        if (credentials.Count == 0)
        {
            text.Line("No manifest names a credential and the store holds none.");
            return;
        }

        var table = new TextTable("credential", "status", "type", "version", "age", "last use", "workflows");
        foreach (var one in credentials)
        {
            table.Add(
                one.Known?.Shared == true ? $"{one.Name} (shared by {string.Join(", ", one.Known.UsedBy)})" : one.Name,
                StatusText.Of(one.Status),
                one.Known?.TypeName ?? "no manifest",
                one.Current is { } current ? string.Create(CultureInfo.InvariantCulture, $"{current.Version} of {one.Stored!.Versions.Count}") : "-",
                one.Current is { } age ? TimeText.Of(now - age.Created) : "-",
                TimeText.Ago(one.LastRead, now),
                one.Known is { Workflows.Count: > 0 } known ? string.Join(", ", known.Workflows) : "none");
        }

        text.Table(table);
    }

    /// <summary>One credential in detail.</summary>
    public static void WriteText(ITextOutput text, CredentialState credential, DateTimeOffset now)
    {
        text.Line(new Piece(credential.Name, Tone.Strong), "  ", StatusText.Of(credential.Status), credential.Known is { } of ? $"  {of.TypeName}" : "  no manifest names it");
        if (credential.MissingFields.Count > 0)
        {
            text.Line(new Piece("missing fields: ", Tone.Bad), string.Join(", ", credential.MissingFields));
        }

        if (credential.Known is { } known)
        {
            text.Line(known.Shared ? "shared by: " : "used by: ", string.Join(", ", known.UsedBy));
            text.Line("workflows with a grant: ", known.Workflows.Count > 0 ? string.Join(", ", known.Workflows) : "none");
        }

        text.Line("last use: ", TimeText.Ago(credential.LastRead, now));
        WriteVersions(text, credential, now);
    }

    /// <summary>The versions as a table.</summary>
    public static void WriteVersions(ITextOutput text, CredentialState credential, DateTimeOffset now)
    {
        var table = new TextTable("version", "state", "created", "fields", "last use");
        foreach (var version in credential.Stored?.Versions ?? [])
        {
            var isCurrent = version.Version == credential.Stored!.Current;
            table.Add(
                new Piece(version.Version.Value + (isCurrent ? " (current)" : string.Empty), isCurrent ? Tone.Strong : Tone.Normal),
                StatusText.Of(CredentialState.StateWord(version.State)),
                TimeText.Of(version.Created),
                string.Join(", ", version.Fields),
                TimeText.Ago(version.LastRead, now));
        }

        if (table.Rows.Count > 0)
        {
            text.Table(table);
        }
        else
        {
            text.Line("The store holds no version. Set one with 'agentruntime credentials set ", credential.Name, "'.");
        }
    }
}
