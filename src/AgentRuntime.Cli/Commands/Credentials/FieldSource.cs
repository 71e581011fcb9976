using AgentRuntime.Cli.Composition;
using AgentRuntime.Cli.Errors;
using AgentRuntime.Cli.Output;
using AgentRuntime.Names;
using AgentRuntime.Secrets;

namespace AgentRuntime.Cli.Commands.Credentials;

/// <summary>Where the values of a new version come from: a file, standard input, or a person who types them unseen.</summary>
internal sealed class FieldSource(IInput input, string? file)
{
    /// <summary>Reads the fields: one value as it is, several as one JSON object, or one hidden prompt each.</summary>
    public async Task<Dictionary<string, SecretValue>> ReadAsync(CredentialName credential, IReadOnlyList<string> fields, CancellationToken cancellationToken)
    {
        if (file is null && input.IsTerminal)
        {
            return await AskAsync(credential, fields, cancellationToken);
        }

        await using var source = file is null ? input.OpenStandardInput() : Open(file);
        return fields.Count == 1
            ? new Dictionary<string, SecretValue>(StringComparer.Ordinal) { [fields[0]] = await SecretIntake.ReadValueAsync(source, cancellationToken) }
            : await SecretIntake.ReadFieldsAsync(source, fields, cancellationToken);
    }

    private static FileStream Open(string file) =>
        File.Exists(file) ? File.OpenRead(file) : throw new CliException(ExitCode.BadInput, "file_not_found", $"There is no file {file}.", "Check the path.");

    private async Task<Dictionary<string, SecretValue>> AskAsync(CredentialName credential, IReadOnlyList<string> fields, CancellationToken cancellationToken)
    {
        var values = new Dictionary<string, SecretValue>(StringComparer.Ordinal);
        try
        {
            foreach (var field in fields)
            {
                var value = await input.AskHiddenAsync(fields is [SecretMaterial.ValueField] ? $"Value of {credential}: " : $"{field} of {credential}: ", cancellationToken);
                values.Add(field, value);
                if (value.Length == 0)
                {
                    throw new CliException(ExitCode.BadInput, "no_value", "Nothing was typed, so nothing was stored.");
                }
            }

            return values;
        }
        catch
        {
            foreach (var typed in values.Values)
            {
                typed.Dispose();
            }

            throw;
        }
    }
}
