using System.Text;
using AgentRuntime.Cli.Output;
using AgentRuntime.EndToEnd.Tests.Cli;
using AgentRuntime.EndToEnd.Tests.Repository;
using AgentRuntime.Names;
using AgentRuntime.Scrubbing;
using AgentRuntime.Secrets;

namespace AgentRuntime.EndToEnd.Tests.Output;

public sealed class ConsoleIsScrubbedTests
{
    private readonly string _canary = SampleKeys.NewText();
    private readonly Scrubber _scrubber = new(new ScrubberOptions());

    public ConsoleIsScrubbedTests()
    {
        using var material = SecretMaterial.Single(new SecretRef(CredentialName.Parse("crm/read"), new CredentialVersion("1")), SecretValue.CopyUtf8(_canary));
        _scrubber.Register(material);
    }

    [Fact]
    public void A_value_that_is_written_in_pieces_of_one_unit_is_redacted()
    {
        using var target = new MemoryStream();
        using (var writer = new ScrubbingTextWriter(target, _scrubber))
        {
            writer.Write("before ");
            writer.Write(_canary[..7]);
            writer.Write(_canary.ToCharArray(), 7, _canary.Length - 7);
            writer.Write('!');
            writer.Write("\nafter");
        }

        Assert.Equal("before [redacted:crm/read#v1]!\nafter", Encoding.UTF8.GetString(target.ToArray()));
    }

    [Fact]
    public void Plain_text_cannot_drive_a_terminal()
    {
        var said = new StringWriter();

        new PlainText(said).Line("a\u001b[31mb\r\nc\u0007");

        Assert.Equal("a [31mb  c ", said.ToString().TrimEnd('\n', '\r'));
    }

    [Theory]
    [InlineData('\u061c')]
    [InlineData('\u200e')]
    [InlineData('\u200f')]
    [InlineData('\u2028')]
    [InlineData('\u2029')]
    [InlineData('\u202e')]
    [InlineData('\u2066')]
    [InlineData('\u2069')]
    public void Plain_text_cannot_turn_its_direction_or_begin_a_line(char mark) => Assert.Equal("a b", new Piece($"a{mark}b").Clean);

    [Fact]
    public void Only_the_streams_and_the_terminal_name_the_console()
    {
        var others = RepositoryFiles.Ending(".cs")
            .Where(file => file.StartsWith("src/", StringComparison.Ordinal) && !file.StartsWith("src/AgentRuntime.Cli/Output/", StringComparison.Ordinal))
            .Where(file => System.Text.RegularExpressions.Regex.IsMatch(RepositoryFiles.Read(file), @"(?<![\w.])Console\.|AnsiConsole\."));

        Assert.Empty(others);
    }
}
