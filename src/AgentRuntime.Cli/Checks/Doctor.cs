using System.Globalization;
using AgentRuntime.Cli.Commands.Audit;
using AgentRuntime.Cli.Composition;
using AgentRuntime.Cli.Errors;
using AgentRuntime.Cli.Views;
using AgentRuntime.Credentials;
using AgentRuntime.Runs;
using AgentRuntime.Secrets;
using AgentRuntime.Workspaces;

namespace AgentRuntime.Cli.Checks;

/// <summary>Checks the set-up of a workspace end to end, one finding for each check.</summary>
internal sealed class Doctor(WorkspaceHost workspace, WorkspaceLoad load, ProcessHost process)
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(15);

    /// <summary>Runs every check; a check that fails does not stop the others.</summary>
    public async IAsyncEnumerable<Finding> ExamineAsync([System.Runtime.CompilerServices.EnumeratorCancellation] CancellationToken cancellationToken)
    {
        yield return Files();
        foreach (var warning in load.Warnings)
        {
            yield return Finding.Warn(warning.File, warning.Message, warning.Fix);
        }

        yield return StatePermissions();
        if (workspace.Workspace.Settings.Secrets.Store == "embedded")
        {
            yield return KeyPermissions();
        }

        var store = await StoreAsync(cancellationToken);
        yield return store;
        if (store.Status != "fail" && await workspace.SecretsAsync(cancellationToken) is ISecretStoreCheck check)
        {
            await foreach (var finding in check.ExamineAsync(workspace.Credentials.Names, cancellationToken))
            {
                yield return Of(finding);
            }
        }

        if (store.Status != "fail")
        {
            foreach (var finding in await CredentialsOrProblemAsync(cancellationToken))
            {
                yield return finding;
            }
        }

        yield return await AuditAsync(cancellationToken);
        yield return Telemetry();
        if (Node() is { } node)
        {
            yield return node;
        }

        foreach (var server in workspace.Workspace.Servers.Values.OrderBy(server => server.Name.Value, StringComparer.Ordinal))
        {
            foreach (var finding in await ServerAsync(server, store.Status != "fail", cancellationToken))
            {
                yield return finding;
            }
        }
    }

    private static Finding Of(StoreFinding finding) => finding.Severity switch
    {
        StoreFindingSeverity.Good => Finding.Ok(finding.Check, finding.Message),
        StoreFindingSeverity.Warning => Finding.Warn(finding.Check, finding.Message, finding.Fix!),
        _ => Finding.Fail(finding.Check, finding.Message, finding.Fix!),
    };

    private Finding Files() => load.IsValid
        ? Finding.Ok("files", string.Create(CultureInfo.InvariantCulture, $"{load.Files.Count} files, no problems"))
        : Finding.Fail("files", string.Create(CultureInfo.InvariantCulture, $"{load.Problems.Count} problems"), "Run 'agentruntime validate' and mend what it lists.");

    private Finding StatePermissions()
    {
        var folder = WorkspaceFolder.State(workspace.Workspace.Root);
        return IsPrivate(folder)
            ? Finding.Ok("permissions", $"{WorkspaceTemplate.StateFolder} belongs to its owner only")
            : Finding.Warn("permissions", $"Others can read {folder}", $"Run: chmod 700 {folder}");
    }

    private Finding KeyPermissions()
    {
        var file = workspace.Workspace.Settings.Secrets.Embedded.MasterKey switch
        {
            MasterKeySource.UserFile => WorkspaceFolder.UserKeyFile(workspace.Id),
            MasterKeySource.File named => named.Path,
            _ => null,
        };
        return file switch
        {
            null => Finding.Ok("master key", "asked for as a passphrase"),
            _ when !File.Exists(file) => Finding.Ok("master key", "made when the first credential is set"),
            _ when IsPrivate(file) => Finding.Ok("master key", "a key file that only its owner can read"),
            _ => Finding.Fail("master key", $"Others can read {file}", $"Run: chmod 600 {file}; then rotate every credential, because the key may have been copied."),
        };
    }

    private async Task<Finding> StoreAsync(CancellationToken cancellationToken)
    {
        try
        {
            await workspace.SeedScrubberAsync(cancellationToken);
            return Finding.Ok("secret store", $"{workspace.Workspace.Settings.Secrets.Store} opens");
        }
        catch (SecretStoreException exception)
        {
            return Finding.Fail("secret store", exception.Message, "See the message; nothing was changed.");
        }
        catch (CliException exception)
        {
            return Finding.Fail("secret store", exception.Error.Message, exception.Error.Hint ?? "See the message.");
        }
    }

    private async Task<IReadOnlyList<Finding>> CredentialsOrProblemAsync(CancellationToken cancellationToken)
    {
        try
        {
            return await CredentialsAsync(cancellationToken);
        }
        catch (SecretStoreException exception)
        {
            return [Finding.Fail("credentials", exception.Message, "See the message.")];
        }
    }

    private async Task<IReadOnlyList<Finding>> CredentialsAsync(CancellationToken cancellationToken)
    {
        var secrets = await workspace.MetadataAsync(cancellationToken);
        var states = CredentialState.Join(workspace.Credentials, await secrets.ListAsync(workspace.Credentials.Names, workspace.Access("describe"), cancellationToken));
        var findings = new List<Finding>();
        foreach (var one in states.Where(state => state.Known is { Workflows.Count: > 0 }))
        {
            findings.Add(one.Status switch
            {
                "ok" => Finding.Ok($"credential {one.Name}", $"version {one.Current!.Version}"),
                "incomplete" => Finding.Fail($"credential {one.Name}", $"missing fields: {string.Join(", ", one.MissingFields)}", $"Run 'agentruntime credentials set {one.Name}'."),
                var status => Finding.Fail($"credential {one.Name}", $"{status}, and {string.Join(", ", one.Known!.Workflows)} may need it", $"Run 'agentruntime credentials set {one.Name}'."),
            });
        }

        return findings;
    }

    private async Task<Finding> AuditAsync(CancellationToken cancellationToken)
    {
        try
        {
            var database = await workspace.DatabaseAsync(cancellationToken);
            var found = await database.VerifyAsync(cancellationToken);
            if (found.Break is { } broken)
            {
                return Finding.Fail("audit log", $"The chain is broken at entry {broken.Sequence}: {broken.Kind}", "Run 'agentruntime audit verify', and keep a copy of the database as it is.");
            }

            return found.Anchor is { } anchor && !AuditVerifyCommand.VouchesForAll(anchor, found.Entries)
                ? Finding.Warn("audit log", anchor.Message, "If the workspace was not moved here, find out who removed or changed the anchor, and compare with your exports.")
                : Finding.Ok("audit log", string.Create(CultureInfo.InvariantCulture, $"writable, {found.Entries} entries, chain whole"));
        }
        catch (JournalUnavailableException exception)
        {
            return Finding.Fail("audit log", exception.Message, "Without it no credential is handed out. Check the disk, the permissions and other programs that use the file.");
        }
    }

    private Finding Telemetry() => workspace.Workspace.Settings.Telemetry.OtlpEndpoint switch
    {
        null => Finding.Ok("telemetry", "off"),
        { Scheme: "https" } or { IsLoopback: true } => Finding.Ok("telemetry", "exported by OTLP"),
        _ => Finding.Warn("telemetry", "exported without TLS to another machine", "Use https in telemetry.otlp_endpoint."),
    };

    private Finding? Node()
    {
        if (!workspace.Workspace.Servers.Values.Any(server => server.Transport is ServerTransport.Stdio { Command: "node" or "npx" }))
        {
            return null;
        }

        return NodeProgram.Version() is { } version
            ? Finding.Ok("node", version)
            : Finding.Fail("node", "not on the PATH, and a stdio server needs it", "Install node 20 or newer from https://nodejs.org.");
    }

    private async Task<IReadOnlyList<Finding>> ServerAsync(ServerManifest server, bool storeOpens, CancellationToken cancellationToken)
    {
        var needsCredential = server.Tools.Values.Any(tool => tool.Scope is not null);
        if (needsCredential && !storeOpens)
        {
            return [Finding.Warn($"server {server.Name}", "not checked, because the secret store does not open", "Mend the secret store first.")];
        }

        var findings = await new ServerCheck(workspace, process).CheckAsync(server, Patience, cancellationToken);
        return [.. findings.Select(finding => Of(server, finding))];
    }

    private static Finding Of(ServerManifest server, ServerFinding finding)
    {
        var check = finding.Scope is null ? $"server {server.Name}" : $"server {server.Name}/{finding.Scope}";
        return finding switch
        {
            { Failure: { } failure } => Finding.Fail(check, failure, finding is { NotRead: false, Exit: ExitCode.Unavailable } ? "Start the server, or correct its manifest." : $"Set the credential with 'agentruntime credentials set {server.Name}/{finding.Scope}'."),
            { Missing.Count: > 0 } => Finding.Fail(check, $"does not offer {string.Join(", ", finding.Missing)}", $"Correct servers/{server.Name}.json."),
            { Changed.Count: > 0 } => Finding.Warn(check, $"changed since the last check: {string.Join(", ", finding.Changed)}", "Look at what changed before you rely on it."),
            _ => Finding.Ok(check, "connects, tools as in the manifest"),
        };
    }

    private static bool IsPrivate(string path)
    {
        const UnixFileMode Others = UnixFileMode.GroupRead | UnixFileMode.GroupWrite | UnixFileMode.GroupExecute | UnixFileMode.OtherRead | UnixFileMode.OtherWrite | UnixFileMode.OtherExecute;
        return OperatingSystem.IsWindows() || (File.GetUnixFileMode(path) & Others) == UnixFileMode.None;
    }
}
