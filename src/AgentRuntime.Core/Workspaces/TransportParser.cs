using AgentRuntime.Credentials;
using AgentRuntime.Json;
using AgentRuntime.Workflows;
using AgentRuntime.Workflows.Clean;

namespace AgentRuntime.Workspaces;

/// <summary>Reads <c>transport</c> of a manifest.</summary>
internal static class TransportParser
{
    private static readonly string[] Types = ["http", "stdio"];

    private static readonly HashSet<char> NotInCommands = ['\0', '\r', '\n', ';', '|', '&', '<', '>', '`'];

    private static readonly HashSet<string> ForbiddenVariables = new(StringComparer.OrdinalIgnoreCase)
    {
        "NODE_OPTIONS", "NODE_PATH", "PYTHONSTARTUP", "PYTHONPATH", "PYTHONHOME", "PYTHONINSPECT", "BASH_ENV", "ENV", "PROMPT_COMMAND", "SHELLOPTS", "BASHOPTS", "PERL5OPT", "PERL5LIB", "PERL5DB",
        "RUBYOPT", "RUBYLIB", "JAVA_TOOL_OPTIONS", "_JAVA_OPTIONS", "JDK_JAVA_OPTIONS", "DOTNET_STARTUP_HOOKS", "DOTNET_ADDITIONAL_DEPS", "COMPLUS_PROFILER", "CORECLR_PROFILER", "CORECLR_ENABLE_PROFILING",
        "GIT_SSH_COMMAND", "GIT_EXTERNAL_DIFF", "GLIBC_TUNABLES", "GCONV_PATH", "IFS", "PATH", "NODE_TLS_REJECT_UNAUTHORIZED", "PYTHONHTTPSVERIFY", "SSLKEYLOGFILE",
    };

    /// <summary>The transport, or <c>null</c> when there is a problem.</summary>
    public static ServerTransport? Read(ObjectReader reader, string root)
    {
        switch (reader.RequiredString("type"))
        {
            case "http":
                return ReadHttp(reader);
            case "stdio":
                return ReadStdio(reader, root);
            case { } other:
                reader.ReportUnknownWord("type", other, Types);
                return null;
            default:
                return null;
        }
    }

    private static ServerTransport.Http? ReadHttp(ObjectReader reader)
    {
        var text = reader.RequiredString("url");
        reader.Done();
        if (text is null || !UrlRules.Check(reader, "url", text, httpAnywhere: false, out var url))
        {
            return null;
        }

        var found = CleanText.Check(text, "url").FirstOrDefault(finding => finding.Code != ProblemCodes.UrlCredential);
        if (found is not null)
        {
            reader.Report("url", found.Code, found.Message, ManifestTexts.FixFor(found.Code));
            return null;
        }

        return new ServerTransport.Http(url);
    }

    private static ServerTransport.Stdio? ReadStdio(ObjectReader reader, string root)
    {
        var command = ReadCommand(reader, root);
        var arguments = ReadArguments(reader);
        var environment = ReadEnvironment(reader.OptionalObject("env"));
        var folder = reader.OptionalValue("cwd") is null ? root : WorkspacePaths.Anywhere(reader, "cwd", root);
        reader.Done();
        return command is null || arguments is null || folder is null ? null : new ServerTransport.Stdio(command, arguments, folder, environment);
    }

    private static string? ReadCommand(ObjectReader reader, string root)
    {
        if (reader.RequiredString("command") is not { } command || !ManifestTexts.Check(reader, reader.PointerOf("command"), command, "command"))
        {
            return null;
        }

        if (command.Trim() != command || command.Any(NotInCommands.Contains))
        {
            reader.Report("command", ProblemCodes.BadCommand, "'command' is not the name or the path of one program.", "Write the program alone; its arguments go into \"args\", and no shell reads them.");
            return null;
        }

        // A bare name is looked up on the PATH; a relative path begins at the workspace, never at a working directory.
        return command.AsSpan().IndexOfAny('/', '\\') >= 0 ? Path.GetFullPath(command, root) : command;
    }

    private static List<string>? ReadArguments(ObjectReader reader)
    {
        var items = reader.OptionalArray("args") ?? [];
        if (items.Count == 0)
        {
            return reader.OptionalValue("args") is null or { ValueKind: System.Text.Json.JsonValueKind.Array } ? [] : null;
        }

        if (reader.OptionalStrings("args") is not { } texts)
        {
            return null;
        }

        var good = true;
        for (var i = 0; i < texts.Count; i++)
        {
            var pointer = items[i].Pointer;
            good &= ManifestTexts.Check(reader, pointer, texts[i], null);
            if (texts[i].Contains('\0', StringComparison.Ordinal))
            {
                reader.ReportAt(pointer, ProblemCodes.OutOfRange, "An argument holds a NUL character.", "Remove it.");
                good = false;
            }

            if (Placeholders.Any(texts[i]))
            {
                reader.ReportAt(pointer, ProblemCodes.BadPlaceholder, "An argument holds a placeholder of a credential.", "Put the template into \"arg\" of the credential, where its visibility to other processes is stated.");
                good = false;
            }

            if (CarriesCredential(texts, i))
            {
                reader.ReportAt(pointer, ProblemCodes.CredentialArgument, "An option whose name says that it is a credential has a value.", ManifestTexts.FixFor(ProblemCodes.CredentialArgument));
                good = false;
            }
        }

        return good ? [.. texts] : null;
    }

    /// <summary><c>--password=x</c>, or <c>--password</c> followed by a value.</summary>
    private static bool CarriesCredential(IReadOnlyList<string> arguments, int index)
    {
        var argument = arguments[index];
        if (!argument.StartsWith('-'))
        {
            return false;
        }

        var parts = argument.TrimStart('-').Split('=', 2);
        return CredentialWords.IsCredentialName(parts[0])
            && (parts.Length == 2 ? parts[1].Length > 0 : index + 1 < arguments.Count && arguments[index + 1].Length > 0 && !arguments[index + 1].StartsWith('-'));
    }

    private static Dictionary<string, string> ReadEnvironment(ObjectReader? reader)
    {
        var environment = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (var (name, value, pointer) in reader?.Members() ?? [])
        {
            if (!CheckVariableName(reader!, name, pointer))
            {
                continue;
            }

            if (value.ValueKind != System.Text.Json.JsonValueKind.String)
            {
                reader!.ReportAt(pointer, ProblemCodes.WrongType, $"A variable is a string, not {JsonWords.Kind(value)}.", "Write \"...\".");
                continue;
            }

            var text = value.GetString()!;
            if (text.Length > 0 && CredentialWords.IsCredentialName(name))
            {
                reader!.ReportAt(pointer, ProblemCodes.CredentialArgument, "A variable whose name says that it is a credential has a value.", "Remove it and name the variable in \"env\" of a credential.");
            }

            if (text.Contains('\0', StringComparison.Ordinal))
            {
                reader!.ReportAt(pointer, ProblemCodes.OutOfRange, "A variable holds a NUL character.", "Remove it.");
            }

            ManifestTexts.Check(reader!, pointer, text, name);
            environment[name] = text;
        }

        return environment;
    }

    /// <summary>Whether a child may be given a variable of this name; reports it otherwise.</summary>
    internal static bool CheckVariableName(ObjectReader reader, string name, string pointer, bool key = true)
    {
        if (name.Length is 0 or > 128 || !(char.IsAsciiLetter(name[0]) || name[0] == '_') || !name.All(c => char.IsAsciiLetterOrDigit(c) || c == '_'))
        {
            reader.ReportAt(pointer, ProblemCodes.BadName, "A variable's name is not well-formed.", "Use letters, digits and '_', and do not begin with a digit.", key);
            return false;
        }

        if (ForbiddenVariables.Contains(name) || name.StartsWith("LD_", StringComparison.OrdinalIgnoreCase) || name.StartsWith("DYLD_", StringComparison.OrdinalIgnoreCase) || name.StartsWith("BASH_FUNC_", StringComparison.OrdinalIgnoreCase))
        {
            reader.ReportAt(pointer, ProblemCodes.ForbiddenVariable, "This variable changes what code the server runs or whom it trusts.", "Remove it; install the server so that it needs no such variable.", key);
            return false;
        }

        return true;
    }
}
