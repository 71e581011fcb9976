using System.Text.RegularExpressions;

namespace AgentRuntime.Workflows.Clean;

/// <summary>Finds references to the environment and to secrets managers in the syntaxes of shells, languages, template engines and tools.</summary>
internal static partial class ReferencePatterns
{
    private const int TimeoutMs = 2000;
    private const RegexOptions Options = RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture;

    private static readonly HashSet<string> Currencies = new(StringComparer.Ordinal) { "USD", "AUD", "CAD", "NZD", "SGD", "HKD", "MXN", "US", "CA", "AU" };

    /// <summary>Whether the text refers to an environment variable.</summary>
    public static bool HasEnvironmentReference(string text, TemplateText template) =>
        template.Parts.Any(part => EnvironmentRoot().IsMatch(part))
        || (text.AsSpan().IndexOfAny('$', '%') >= 0 && (BracedVariable().IsMatch(text) || HasShellVariable(text) || HasPercentVariable(text)))
        || EnvironmentCode().IsMatch(text)
        || EnvironmentScheme().IsMatch(text);

    /// <summary>Whether the text refers to a secret in some store.</summary>
    public static bool HasSecretReference(string text, TemplateText template) =>
        template.Parts.Any(part => SecretRoot().IsMatch(part))
        || SecretScheme().IsMatch(text)
        || SecretPath().IsMatch(text)
        || SecretCode().IsMatch(text);

    private static bool HasShellVariable(string text)
    {
        foreach (Match match in ShellVariable().Matches(text))
        {
            var name = match.Groups["name"].Value;
            var inWord = match.Index > 0 && char.IsAsciiLetterOrDigit(text[match.Index - 1]);
            if (!Currencies.Contains(name) && (!inWord || name.Length > 2))
            {
                return true;
            }
        }

        // A lower-case $name is an operator of a query language or a variable of GraphQL more often than of a shell.
        var whole = text.Trim();
        return whole.Length > 1 && whole[0] == '$' && LowerName().IsMatch(whole) && (CredentialWords.IsCredentialName(whole[1..]) || whole.Contains('_', StringComparison.Ordinal));
    }

    private static bool HasPercentVariable(string text)
    {
        if (WholePercent().IsMatch(text.Trim()))
        {
            return true;
        }

        // Text in which every % begins an escape is URL-encoded.
        if (text.Replace("%%", string.Empty, StringComparison.Ordinal).Split('%').Skip(1).All(part => part.Length >= 2 && char.IsAsciiHexDigit(part[0]) && char.IsAsciiHexDigit(part[1])))
        {
            return false;
        }

        foreach (Match match in PercentVariable().Matches(text))
        {
            if (!LikeOperator().IsMatch(text[..match.Index]))
            {
                return true;
            }
        }

        return false;
    }

    [GeneratedRegex(@"^-?\s*\$?(env|environ|environment|process\.env|os\.environ)(\s*[.\[:(]|\s+\S|$)", Options | RegexOptions.IgnoreCase, TimeoutMs)]
    private static partial Regex EnvironmentRoot();

    [GeneratedRegex(@"\$\{\s*[A-Za-z_!#][^}]{0,200}\}|\$\{\{\s*env\.|\$env:[A-Za-z_]|\$\(\s*(printenv|env|echo)\b", Options | RegexOptions.IgnoreCase, TimeoutMs)]
    private static partial Regex BracedVariable();

    [GeneratedRegex(@"\$(?<name>[A-Z_][A-Z0-9_]*)(?![a-z0-9_])", Options, TimeoutMs)]
    private static partial Regex ShellVariable();

    [GeneratedRegex(@"^\$[a-z_][a-z0-9_]*$", Options, TimeoutMs)]
    private static partial Regex LowerName();

    [GeneratedRegex(@"%(?<name>[A-Z_][A-Z0-9_]+|appdata|localappdata|userprofile|programdata|homepath|username|temp|path)%", Options, TimeoutMs)]
    private static partial Regex PercentVariable();

    [GeneratedRegex(@"^%[A-Z_][A-Z0-9_]*%$", Options, TimeoutMs)]
    private static partial Regex WholePercent();

    [GeneratedRegex(@"\blike\s+['""]?$", Options | RegexOptions.IgnoreCase, TimeoutMs)]
    private static partial Regex LikeOperator();

    [GeneratedRegex(
        @"\bprocess\.env\s*(\?\.|\.|\[)|\bimport\.meta\.env\.|\bos\.environ\b|\bos\.getenv\b|\bgetenv\s*\(|\bENV\s*\[\s*['""]|\bENV\.fetch\b|\bSystem\.getenv\b|\bEnvironment\.GetEnvironmentVariable|\$_(ENV|SERVER)\s*\[|\bDeno\.env\b|\bBun\.env\b|\bstd::env::var|\bos\.Getenv\b|\benv\(\s*['""]|\blookup\(\s*['""]env['""]|<%=?\s*ENV\b|\#\{\s*ENV\b|(^|\s)![eE][nN][vV]\s+\S",
        Options,
        TimeoutMs)]
    private static partial Regex EnvironmentCode();

    [GeneratedRegex(@"(^|[\s""'=(,\[])(env://\S|env:([A-Z_][A-Z0-9_]+|[a-z_]*(token|secret|password|key)[a-z_]*)\b|env\.[A-Z][A-Z0-9_]+\b)", Options, TimeoutMs)]
    private static partial Regex EnvironmentScheme();

    [GeneratedRegex(@"^-?\s*((with|range|index)\s+)?\$?(secret|secrets|vault|credential|credentials|creds|keyvault|key_vault|resolve:(secretsmanager|ssm))(\s*[.\[:(]|\s+\S|\s*$)", Options | RegexOptions.IgnoreCase, TimeoutMs)]
    private static partial Regex SecretRoot();

    [GeneratedRegex(
        @"\b(ref\+\w+|vault(\+\w+)?|hashivault|aws-sm|awssm|aws-secretsmanager|aws-ssm|ssm|gcp-sm|gcpsm|gsm|azure-kv|azurekv|azkv|akv|op|doppler|keyring|keychain|bws|infisical|conjur|sops|1password|secret|secrets|secretsmanager)://\S|\b(vault|keyring|keychain|secretref|secretsmanager):[^\s:]",
        Options | RegexOptions.IgnoreCase,
        TimeoutMs)]
    private static partial Regex SecretScheme();

    [GeneratedRegex(
        @"\b(secrets?|kv|kv2|kv-v2)/(data|metadata)/\S|(^|[\s""'=(/])cubbyhole/\S|\b(database|aws|azure|gcp)/creds/\S|\barn:aws[\w-]*:(secretsmanager|ssm):|\bprojects/[^/\s]+/secrets/|\.vault(core)?\.(azure\.(net|cn)|usgovcloudapi\.net)\b|(^|[\s""'=(])/run/secrets/\S",
        Options | RegexOptions.IgnoreCase,
        TimeoutMs)]
    private static partial Regex SecretPath();

    [GeneratedRegex(@"@Microsoft\.KeyVault\(|\$\{\{\s*secrets\.|\$\{\s*(vault|secrets?|ssm|secretsmanager)[:.]|(^|\s)!(secret|vault)\b|\bhvac\.|\bSecretClient\(|<\s*(secret|vault):", Options | RegexOptions.IgnoreCase, TimeoutMs)]
    private static partial Regex SecretCode();
}
