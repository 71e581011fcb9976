using System.Text.RegularExpressions;

namespace AgentRuntime.EndToEnd.Tests.Repository;

/// <summary>The list of places that reveal a secret is short, complete and known.</summary>
public sealed partial class RevealTests
{
    private static readonly string[] Known =
    [
        "src/AgentRuntime.Cli/Demo/KeyMessage.cs",
        "src/AgentRuntime.Cli/Demo/RunningService.cs",
        "src/AgentRuntime.Core/Scrubbing/Forms/SecretForms.cs",
        "src/AgentRuntime.Core/Scrubbing/Index/KnownMaterial.cs",
        "src/AgentRuntime.Mcp/Client/CredentialAttacher.cs",
        "src/AgentRuntime.Vaults/Aws/Values/SecretWriter.cs",
        "src/AgentRuntime.Vaults/Aws/Wire/RequestSigner.cs",
        "src/AgentRuntime.Vaults/Aws/Wire/SessionToken.cs",
        "src/AgentRuntime.Vaults/Azure/Auth/ClientCertificateFile.cs",
        "src/AgentRuntime.Vaults/Azure/Values/FieldsDocument.cs",
        "src/AgentRuntime.Vaults/Embedded/Database/StoreRows.cs",
        "src/AgentRuntime.Vaults/Embedded/Keys/PassphraseSource.cs",
        "src/AgentRuntime.Vaults/HashiCorp/Client/SecretJson.cs",
        "src/AgentRuntime.Vaults/HashiCorp/Client/VaultClient.cs",
        "src/AgentRuntime.Vaults/HashiCorp/Setup/PrivateFile.cs",
    ];

    [Fact]
    public void A_secret_is_revealed_once_in_each_known_file()
    {
        var reveals = Sources().SelectMany(file => Reveal().Matches(RepositoryFiles.Read(file)).Select(_ => Unix(file)));

        Assert.Equal(Known, reveals.Order(StringComparer.Ordinal));
    }

    [Fact]
    public void Every_lifted_ban_gives_its_reason_and_covers_one_line()
    {
        foreach (var file in Sources())
        {
            var lines = RepositoryFiles.Read(file).Split('\n');
            for (var i = 0; i < lines.Length; i++)
            {
                if (lines[i].Contains("#pragma warning disable RS0030", StringComparison.Ordinal))
                {
                    Assert.Matches(@"RS0030 // \w.{20,}", lines[i]);
                    Assert.True(lines[i + 2].Contains("#pragma warning restore RS0030", StringComparison.Ordinal), $"{file} line {i + 1}: the ban is lifted for more than one line.");
                }
            }
        }
    }

    private static IEnumerable<string> Sources() => RepositoryFiles.Ending(".cs").Where(file => Unix(file).StartsWith("src/", StringComparison.Ordinal));

    private static string Unix(string file) => file.Replace('\\', '/');

    [GeneratedRegex(@"\.Reveal(Bytes|String)\b", RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 5000)]
    private static partial Regex Reveal();
}
